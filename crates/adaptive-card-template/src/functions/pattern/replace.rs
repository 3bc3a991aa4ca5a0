//! Replacing every match, with JavaScript's `$` in the replacement.

use regex::Captures;

use super::{Flags, cached, compile};
use crate::expr::Eval;
use crate::expr::fault::{Budget, Res};
use crate::value::Val;

/// Replaces whatever the pattern matches, ignoring case.
pub(in crate::functions) fn replace_all<'a>(
    eval: &mut Eval<'a>,
    subject: &str,
    pattern: &str,
    replacement: &str,
) -> Res<Val<'a>> {
    let flags = Flags { ignore_case: true, ..Flags::default() };
    let max_size = eval.limits.max_regex_size;
    let (last, budget) = (&mut eval.last_pattern, &mut eval.budget);
    let compile = || compile(pattern, flags, max_size);
    let pattern = cached(last, budget, format!("r{pattern}"), compile)?;
    let regex = &pattern.regex;
    let has_names = regex.capture_names().flatten().next().is_some();
    let mut out = Output { text: String::new(), budget };
    out.budget.steps(pattern.cost.of(subject.len()))?;
    let mut copied = 0;
    let mut from = 0;
    while from <= subject.len() {
        // A search may look at all that is left, wherever it finds something.
        let ahead = subject.len() - from;
        out.budget.steps(1 + replacement.len() / 16 + pattern.cost.of_search(ahead))?;
        let Some(captures) = regex.captures_at(subject, from) else {
            break;
        };
        let Some(found) = captures.get(0) else {
            break;
        };
        out.push(&subject[copied..found.start()])?;
        Match { captures, has_names, subject }.expand(replacement, &mut out)?;
        copied = found.end();
        from = if found.is_empty() { next_boundary(subject, found.end()) } else { found.end() };
    }
    out.push(&subject[copied..])?;
    Ok(Val::text(out.text))
}

fn next_boundary(text: &str, at: usize) -> usize {
    at + text[at..].chars().next().map_or(1, char::len_utf8)
}

/// Text that is paid for before it grows: one replacement alone can be far
/// larger than everything it is made of.
struct Output<'b> {
    text: String,
    budget: &'b mut Budget,
}

impl Output<'_> {
    fn push(&mut self, text: &str) -> Res<()> {
        self.budget.output(text.len())?;
        self.text.push_str(text);
        Ok(())
    }
}

/// One match of the pattern.
struct Match<'m> {
    captures: Captures<'m>,
    /// Whether any group of the pattern has a name.
    has_names: bool,
    subject: &'m str,
}

impl Match<'_> {
    /// Appends the replacement: `$$`, `$&`, the text before and after,
    /// numbered and named groups.
    fn expand(&self, replacement: &str, out: &mut Output<'_>) -> Res<()> {
        let (start, end) = self.captures.get(0).map_or((0, 0), |all| (all.start(), all.end()));
        let mut rest = replacement;
        while let Some(at) = rest.find('$') {
            out.push(&rest[..at])?;
            rest = &rest[at + 1..];
            let (text, used) = match rest.chars().next() {
                Some('$') => ("$", 1),
                Some('&') => (&self.subject[start..end], 1),
                Some('`') => (&self.subject[..start], 1),
                Some('\'') => (&self.subject[end..], 1),
                Some('<') if self.has_names => {
                    // What is looked through for the end of the name.
                    let name = rest.find('>');
                    out.budget.steps(name.unwrap_or(rest.len()) / 16)?;
                    name.map_or(("$", 0), |end| (self.named(&rest[1..end]), end + 1))
                }
                Some(c) if c.is_ascii_digit() => self.numbered(rest),
                _ => ("$", 0),
            };
            out.push(text)?;
            rest = &rest[used..];
        }
        out.push(rest)
    }

    /// Two digits name a group if there is one, otherwise the first digit does.
    fn numbered(&self, rest: &str) -> (&str, usize) {
        for digits in [2, 1] {
            let number = rest.get(..digits).and_then(|number| number.parse::<usize>().ok());
            if let Some(number) = number.filter(|n| (1..self.captures.len()).contains(n)) {
                return (self.captures.get(number).map_or("", |group| group.as_str()), digits);
            }
        }
        ("$", 0)
    }

    fn named(&self, name: &str) -> &str {
        self.captures.name(name).map_or("", |group| group.as_str())
    }
}
