//! Replacing every match, with JavaScript's `$` in the replacement.

use regex::{Captures, Regex};

use super::{Flags, cached, compile};
use crate::expr::Eval;
use crate::expr::fault::Res;
use crate::value::Val;

/// Replaces whatever the pattern matches, ignoring case.
pub(in crate::functions) fn replace_all<'a>(
    eval: &mut Eval<'a>,
    subject: &str,
    pattern: &str,
    replacement: &str,
) -> Res<Val<'a>> {
    let flags = Flags { ignore_case: true, ..Flags::default() };
    eval.budget.steps(subject.len() / 16)?;
    let regex = cached(eval, format!("r{pattern}"), |size| compile(pattern, flags, size))?.clone();
    let mut out = String::new();
    let mut copied = 0;
    let mut from = 0;
    while from <= subject.len() {
        let Some(captures) = regex.captures_at(subject, from) else {
            break;
        };
        let Some(found) = captures.get(0) else {
            break;
        };
        eval.budget.steps(1)?;
        let before = out.len();
        out.push_str(&subject[copied..found.start()]);
        expand(&regex, &captures, subject, replacement, &mut out);
        eval.budget.output(out.len() - before)?;
        copied = found.end();
        from = if found.is_empty() { next_boundary(subject, found.end()) } else { found.end() };
    }
    out.push_str(&subject[copied..]);
    Ok(Val::text(out))
}

fn next_boundary(text: &str, at: usize) -> usize {
    at + text[at..].chars().next().map_or(1, char::len_utf8)
}

/// Appends the replacement of one match: `$$`, `$&`, the text before and
/// after, numbered and named groups.
fn expand(regex: &Regex, captures: &Captures<'_>, text: &str, replacement: &str, out: &mut String) {
    let (start, end) = captures.get(0).map_or((0, 0), |found| (found.start(), found.end()));
    let mut rest = replacement;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let used = match rest.chars().next() {
            Some('$') => {
                out.push('$');
                1
            }
            Some('&') => {
                out.push_str(&text[start..end]);
                1
            }
            Some('`') => {
                out.push_str(&text[..start]);
                1
            }
            Some('\'') => {
                out.push_str(&text[end..]);
                1
            }
            Some('<') => named(regex, captures, rest, out),
            Some(c) if c.is_ascii_digit() => numbered(captures, rest, out),
            _ => 0,
        };
        if used == 0 {
            out.push('$');
        }
        rest = &rest[used..];
    }
    out.push_str(rest);
}

/// Two digits name a group if there is one, otherwise the first digit does.
fn numbered(captures: &Captures<'_>, rest: &str, out: &mut String) -> usize {
    for digits in [2, 1] {
        let number = rest.get(..digits).and_then(|number| number.parse::<usize>().ok());
        if let Some(number) = number.filter(|number| (1..captures.len()).contains(number)) {
            out.push_str(captures.get(number).map_or("", |group| group.as_str()));
            return digits;
        }
    }
    0
}

fn named(regex: &Regex, captures: &Captures<'_>, rest: &str, out: &mut String) -> usize {
    if regex.capture_names().flatten().next().is_none() {
        return 0;
    }
    let Some(end) = rest.find('>') else {
        return 0;
    };
    out.push_str(captures.name(&rest[1..end]).map_or("", |group| group.as_str()));
    end + 1
}
