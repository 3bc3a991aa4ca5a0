//! Strings of a template, which may hold bindings.

use super::ast::{Arena, Expr, Id};
use super::binding::Piece;
use super::fault::ParseFault;
use super::parser::{Parser, split};
use crate::options::{Limit, Limits};

/// What a template string turned out to be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Parsed {
    /// An expression, and whether it is the string's only content.
    Expr(Id),
    /// Text without a binding after all.
    Text,
}

/// Parses a string that contains `${` as if it stood between backticks.
#[inline]
pub(crate) fn parse_interpolation(
    arena: &mut Arena,
    text: &str,
    limits: &Limits,
    strict: bool,
) -> Result<Parsed, ParseFault> {
    if text.len() > limits.max_text_len {
        return Err(ParseFault::limit(Limit::TextLength, 0));
    }
    let (pieces, end) = split(arena, text, 0, limits)?;
    if strict {
        refuse_leftovers(text, &pieces)?;
    }
    // A backslash at the end would escape the closing backtick.
    let is_open = matches!(pieces.last(), Some(Piece::Text(..))) && text.ends_with('\\');
    let root = if end == text.len() && !is_open {
        // By far the most common text: one binding and nothing else.
        if let [Piece::Binding(start, end)] = *pieces {
            let only = Parser::new(arena, text, limits).binding(start, end)?;
            if !arena.is_const(only) {
                return Ok(Parsed::Expr(only));
            }
        }
        Parser::new(arena, text, limits).concat(&pieces, 0)?
    } else {
        // A bare backtick ends the string early; what follows may still make
        // an expression of it.
        let quoted = format!("`{text}`");
        Parser::quoted(arena, &quoted, limits).whole()?
    };
    let is_concat = matches!(arena.get(root), Expr::Call { function, .. } if function.is_concat());
    Ok(if is_concat {
        Parsed::Expr(only_binding(arena, root).unwrap_or(root))
    } else {
        Parsed::Text
    })
}

/// The binding that a template string consists of, if there is nothing else in
/// it and it is no literal.
pub(crate) fn only_binding(arena: &Arena, root: Id) -> Option<Id> {
    match arena.get(root) {
        Expr::Call { function, args, .. } if function.is_concat() => match **args {
            [only] if !arena.is_const(only) => Some(only),
            [first, second] if arena.const_text(first) == Some("") && !arena.is_const(second) => {
                Some(second)
            }
            _ => None,
        },
        _ => None,
    }
}

/// In the strict mode, `${` must begin a binding unless it is escaped.
fn refuse_leftovers(text: &str, pieces: &[Piece]) -> Result<(), ParseFault> {
    for piece in pieces {
        if let Piece::Text(start, end) = *piece
            && let Some(at) = text[start..end].find("${")
        {
            let expected = "a complete binding, or an escaped dollar sign".to_owned();
            return Err(ParseFault { at: start + at, expected, limit: None, strict: true });
        }
    }
    Ok(())
}
