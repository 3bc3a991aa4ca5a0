//! Every statement of a store, read from its source: a query that a test forgot is looked at all
//! the same.

use std::collections::BTreeMap;
use std::path::Path;

/// A piece of source that matters here.
#[derive(Debug, PartialEq)]
enum Token {
    Text(String),
    /// `name!(`
    Call(String),
    Open,
    Close,
}

/// The statements in the files of a folder of the source, in the order of the files.
pub(super) fn statements(folder: &str) -> Vec<String> {
    let store = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let mut macros = BTreeMap::new();
    let mut sources = Vec::new();
    for file in files_in(&store) {
        let mut source = std::fs::read_to_string(&file).expect("our own source");
        source.truncate(source.find("#[cfg(test)]").unwrap_or(source.len()));
        take_macros(&mut source, &mut macros);
        if file.starts_with(store.join(folder)) {
            sources.push(source);
        }
    }
    let mut found: Vec<String> = sources
        .iter()
        .flat_map(|source| texts(&tokens(source), &macros))
        .flat_map(|text| text.split(';').map(|one| one.trim().to_owned()).collect::<Vec<_>>())
        .filter(|text| {
            let verb = text.split_whitespace().next().unwrap_or_default();
            ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains(&verb)
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn files_in(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("our own source") {
        let path = entry.expect("our own source").path();
        if path.is_dir() {
            files.extend(files_in(&path));
        } else {
            files.push(path);
        }
    }
    files.sort_unstable();
    files
}

/// Takes the definitions of macros out of a source: each stands for its texts, joined.
fn take_macros(source: &mut String, macros: &mut BTreeMap<String, String>) {
    const DEFINITION: &str = "macro_rules! ";
    while let Some(begin) = source.find(DEFINITION) {
        let rest = &source[begin + DEFINITION.len()..];
        let name = rest.split_whitespace().next().expect("a name").to_owned();
        let end = rest.find("\n}").expect("the end of the definition") + 2;
        let text = tokens(&rest[..end]).into_iter().filter_map(|token| match token {
            Token::Text(text) => Some(text),
            _ => None,
        });
        let text: String = text.collect();
        if !text.is_empty() {
            macros.insert(name, text);
        }
        source.replace_range(begin..begin + DEFINITION.len() + end, "");
    }
}

fn tokens(source: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut word = String::new();
    let mut chars = source.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '/' if chars.peek() == Some(&'/') => {
                chars.by_ref().find(|char| *char == '\n');
            }
            // A character, not a lifetime: it may hold a quotation mark.
            '\'' if matches!(chars.peek(), Some('"' | '\\')) => {
                let escaped = chars.next() == Some('\\');
                chars.by_ref().take(usize::from(escaped)).for_each(drop);
            }
            '"' => tokens.push(Token::Text(literal(&mut chars))),
            '!' if chars.peek() == Some(&'(') => {
                chars.next();
                tokens.push(Token::Call(std::mem::take(&mut word)));
            }
            '(' => tokens.push(Token::Open),
            ')' => tokens.push(Token::Close),
            _ => {}
        }
        if char.is_alphanumeric() || char == '_' {
            word.push(char);
        } else {
            word.clear();
        }
    }
    tokens
}

/// The text of a literal up to its end; a line's end that is escaped takes the indent with it.
fn literal(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> String {
    let mut text = String::new();
    while let Some(char) = chars.next() {
        match char {
            '"' => break,
            '\\' => match chars.next() {
                Some('\n') => while chars.next_if(|next| next.is_whitespace()).is_some() {},
                Some('n') => text.push('\n'),
                Some(other) => text.push(other),
                None => {}
            },
            other => text.push(other),
        }
    }
    text
}

/// The texts of a source, those of `concat!` and of our own macros put together.
fn texts(tokens: &[Token], macros: &BTreeMap<String, String>) -> Vec<String> {
    let mut texts = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            Token::Text(text) => texts.push(text.clone()),
            Token::Call(name) if name == "concat" || macros.contains_key(name) => {
                texts.push(joined(name, tokens, &mut at, macros));
            }
            _ => {}
        }
    }
    texts
}

fn joined(
    name: &str,
    tokens: &[Token],
    at: &mut usize,
    macros: &BTreeMap<String, String>,
) -> String {
    let mut text = macros.get(name).cloned().unwrap_or_default();
    while let Some(token) = tokens.get(*at) {
        *at += 1;
        match token {
            Token::Text(more) => text.push_str(more),
            Token::Call(name) => text.push_str(&joined(name, tokens, at, macros)),
            Token::Open => {}
            Token::Close => break,
        }
    }
    text
}

#[test]
fn statements_are_found_in_texts_concatenations_and_macros() {
    let source = r#"
        macro_rules! now {
            () => { "clock()" };
}
        macro_rules! rows {
            ($rest:literal) => { concat!("SELECT a FROM t ", $rest) };
}
        // "DELETE FROM a comment"
        let quote = '"'; fn life<'a>() {}
        run("DELETE FROM t \
             WHERE b = \"c\"");
        const C: &str = concat!("SELECT ", now!(), " + $1");
        ask(query!(rows!("WHERE d"), e.f()), "words");
    "#;
    let (mut source, mut macros) = (source.to_owned(), BTreeMap::new());
    take_macros(&mut source, &mut macros);
    assert_eq!(
        texts(&tokens(&source), &macros),
        [
            "DELETE FROM t WHERE b = \"c\"",
            "SELECT clock() + $1",
            "SELECT a FROM t WHERE d",
            "words"
        ]
    );
}
