//! Lines of text, and what neighbours make of a mark.

use crate::text::document::{Marks, Run, Span};

/// Puts something before the first line and something else before the others. An empty line stays
/// without trailing space.
pub(super) fn indent(lines: Vec<String>, first: &str, others: &str) -> Vec<String> {
    let prefixed = |(index, line): (usize, String)| {
        let prefix = if index == 0 { first } else { others };
        if line.is_empty() { prefix.trim_end().to_owned() } else { format!("{prefix}{line}") }
    };
    lines.into_iter().enumerate().map(prefixed).collect()
}

/// The marked part of a text, and the white space around it, which marks may not touch.
pub(super) fn core(text: &str) -> (&str, &str, &str) {
    let (head, rest) = text.split_at(text.len() - text.trim_start().len());
    let (core, tail) = rest.split_at(rest.trim_end().len());
    (head, core, tail)
}

/// The runs of each line of a paragraph.
pub(super) fn split_lines(spans: &[Span]) -> impl Iterator<Item = &[Span]> {
    spans.split(|span| span.run == Run::Break)
}

/// The signs for these marks, the outermost first, as they open; they close in reverse.
pub(super) fn signs(marks: Marks, [bold, italic, strike]: [&str; 3]) -> (String, String) {
    let on = [(marks.strike, strike), (marks.bold, bold), (marks.italic, italic)];
    let on: Vec<&str> = on.into_iter().filter_map(|(on, sign)| on.then_some(sign)).collect();
    (on.concat(), on.into_iter().rev().collect())
}
