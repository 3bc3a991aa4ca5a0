//! Tokens of an expression.

use super::binding::{identifier_length, string_ends};

/// A kind of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Identifier,
    Text,
    /// An operator, by its spelling.
    Operator(&'static str),
    Open,
    Close,
    OpenSquare,
    CloseSquare,
    OpenCurly,
    CloseCurly,
    Dot,
    Comma,
    Colon,
    Arrow,
    Question,
    Backtick,
    End,
    Invalid,
}

/// A token and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The token at or after an offset.
pub(super) fn token_at(text: &str, from: usize) -> Token {
    let bytes = text.as_bytes();
    let start = skip_blank(bytes, from);
    let (kind, length) = match bytes.get(start) {
        None => (Kind::End, 0),
        Some(byte) if byte.is_ascii_digit() => (Kind::Number, number_length(&bytes[start..])),
        Some(b'\'' | b'"') => string_ends(bytes, start)
            .0
            .first()
            .map_or((Kind::Invalid, 1), |end| (Kind::Text, end - start)),
        Some(_) => match identifier_length(&bytes[start..]) {
            Some(1) if bytes[start] == b'%' => (Kind::Operator("%"), 1),
            Some(length) => (Kind::Identifier, length),
            // Whatever is no symbol is one character that makes no sense.
            None => symbol(&bytes[start..]).unwrap_or_else(|| {
                let character = text[start..].chars().next();
                (Kind::Invalid, character.map_or(1, char::len_utf8))
            }),
        },
    };
    Token { kind, start, end: start + length }
}

/// Blank, tab, U+FEFF, U+00A0 and line breaks; a lone carriage return is not
/// among them.
fn skip_blank(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    loop {
        at += match &bytes[at..] {
            [b' ' | b'\t' | b'\n', ..] => 1,
            [b'\r', b'\n', ..] | [0xc2, 0xa0, ..] => 2,
            [0xef, 0xbb, 0xbf, ..] => 3,
            _ => return at,
        };
    }
}

fn number_length(bytes: &[u8]) -> usize {
    let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let whole = digits(0);
    if bytes.get(whole) == Some(&b'.') {
        let fraction = digits(whole + 1);
        if fraction > 0 {
            return whole + 1 + fraction;
        }
    }
    whole
}

fn symbol(bytes: &[u8]) -> Option<(Kind, usize)> {
    Some(match bytes {
        [b'=', b'>', ..] => (Kind::Arrow, 2),
        [b'=', b'=', ..] => (Kind::Operator("=="), 2),
        [b'!', b'=', ..] => (Kind::Operator("!="), 2),
        [b'<', b'>', ..] => (Kind::Operator("<>"), 2),
        [b'<', b'=', ..] => (Kind::Operator("<="), 2),
        [b'>', b'=', ..] => (Kind::Operator(">="), 2),
        [b'&', b'&', ..] => (Kind::Operator("&&"), 2),
        [b'|', b'|', ..] => (Kind::Operator("||"), 2),
        [b'?', b'?', ..] => (Kind::Operator("??"), 2),
        [b'+', ..] => (Kind::Operator("+"), 1),
        [b'-', ..] => (Kind::Operator("-"), 1),
        [b'*', ..] => (Kind::Operator("*"), 1),
        [b'/', ..] => (Kind::Operator("/"), 1),
        [b'^', ..] => (Kind::Operator("^"), 1),
        [b'!', ..] => (Kind::Operator("!"), 1),
        [b'&', ..] => (Kind::Operator("&"), 1),
        [b'<', ..] => (Kind::Operator("<"), 1),
        [b'>', ..] => (Kind::Operator(">"), 1),
        [b'?', ..] => (Kind::Question, 1),
        [b'(', ..] => (Kind::Open, 1),
        [b')', ..] => (Kind::Close, 1),
        [b'[', ..] => (Kind::OpenSquare, 1),
        [b']', ..] => (Kind::CloseSquare, 1),
        [b'{', ..] => (Kind::OpenCurly, 1),
        [b'}', ..] => (Kind::CloseCurly, 1),
        [b'.', ..] => (Kind::Dot, 1),
        [b',', ..] => (Kind::Comma, 1),
        [b':', ..] => (Kind::Colon, 1),
        [b'`', ..] => (Kind::Backtick, 1),
        _ => return None,
    })
}

/// The content of a quoted string. The own quote is unescaped first, then
/// `\n`, `\r`, `\t` and `\\`; any other backslash stays.
pub(super) fn unescape(quoted: &str) -> String {
    let quote = &quoted[..1];
    let content = quoted[1..quoted.len() - 1].replace(&format!("\\{quote}"), quote);
    if !content.contains('\\') {
        return content;
    }
    let mut out = String::with_capacity(content.len());
    let mut chars = content.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('\\') | None => out.push('\\'),
            Some(other) => out.extend(['\\', other]),
        }
    }
    out
}
