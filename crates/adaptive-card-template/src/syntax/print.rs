//! The engine's normal form of an expression, which is what stands in for a
//! part of an interpolation that fails.

use super::{Arena, Const, Expr, Id};
use crate::value::number;

/// Prints a node: infix as `(a + b)`, calls as `name(a, b)`.
pub(crate) fn print(arena: &Arena, id: Id) -> String {
    let mut out = String::new();
    write(arena, id, &mut out);
    out
}

fn write(arena: &Arena, id: Id, out: &mut String) {
    match arena.get(id) {
        Expr::Const(value) => write_const(value, out),
        Expr::Path(path) => out.push_str(&path.text),
        Expr::Member { name, of } => {
            write(arena, *of, out);
            out.push('.');
            out.push_str(name);
        }
        Expr::Index { of, at } => {
            write(arena, *of, out);
            out.push('[');
            write(arena, *at, out);
            out.push(']');
        }
        Expr::Call { function, args, .. } => write_call(arena, function.symbol, args, out),
        Expr::Unknown { name, args } => write_call(arena, name, args, out),
    }
}

fn write_call(arena: &Arena, name: &str, args: &[Id], out: &mut String) {
    let infix = !name.starts_with(|c: char| c.is_ascii_alphabetic()) && args.len() >= 2;
    if !infix {
        out.push_str(name);
    }
    out.push('(');
    for (index, arg) in args.iter().enumerate() {
        if index > 0 && infix {
            out.push(' ');
            out.push_str(name);
            out.push(' ');
        } else if index > 0 {
            out.push_str(", ");
        }
        write(arena, *arg, out);
    }
    out.push(')');
}

fn write_const(value: &Const, out: &mut String) {
    match value {
        Const::Undefined => out.push_str("undefined"),
        Const::Null => out.push_str("null"),
        Const::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Const::Num(number) => number::print_into(*number, out),
        Const::Str(text) => write_quoted(text, out),
    }
}

/// A quote is escaped unless a backslash stands before it already.
fn write_quoted(text: &str, out: &mut String) {
    out.push('\'');
    let mut after_backslash = false;
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\'' if !after_backslash => out.push_str("\\'"),
            c => out.push(c),
        }
        after_backslash = c == '\\';
    }
    out.push('\'');
}

#[cfg(test)]
mod tests {
    use super::super::parse_expression;
    use super::*;
    use crate::options::Limits;

    #[test]
    fn expressions_print_in_normal_form() {
        for (text, normal) in [
            ("a+b *c", "(a + (b * c))"),
            ("-n ^ 2", "((0 - n) ^ 2)"),
            ("1 < 2 == t", "(1 < (2 == t))"),
            ("add(1, 2, 3)", "(1 + 2 + 3)"),
            ("not(x) && !y", "(!(x) && !(y))"),
            ("a & 'it\\'s'", "concat(a, 'it\\'s')"),
            ("a ? b : c ? d : e", "if(if(a, b, c), d, e)"),
            ("x ?? [1.50, o.p['q'].r]", "coalesce(x, createArray(1.5, o.p['q'].r))"),
            ("{k: v}", "setProperty(json('{}'), 'k', v)"),
            ("select(l, x => x.y)", "select(l, x, x.y)"),
            ("no . such (1)", "no.such(1)"),
        ] {
            let mut arena = Arena::default();
            let id = parse_expression(&mut arena, text, &Limits::default());
            let id = id.unwrap_or_else(|fault| panic!("{text}: {}", fault.expected));
            assert_eq!(print(&arena, id), normal, "{text}");
        }
    }
}
