//! Markdown that `CommonMark` reads back as it was meant.

use super::lines::{core, indent, signs, split_lines};
use super::picture;
use crate::text::document::{Block, Marks, Run, Span};

pub(super) fn write(blocks: &[Block]) -> String {
    lines(blocks).join("\n")
}

fn lines(blocks: &[Block]) -> Vec<String> {
    let mut out = Vec::new();
    // Two numbered lists in a row are two only if their numbers end differently.
    let mut ending = ')';
    let mut after_list = false;
    for (index, block) in blocks.iter().enumerate() {
        if index > 0 {
            out.push(String::new());
        }
        ending = if after_list && ending == '.' { ')' } else { '.' };
        after_list = matches!(block, Block::List { .. });
        match block {
            Block::Paragraph(spans) => {
                let all = split_lines(spans).map(line).collect::<Vec<_>>().join("\\\n");
                out.extend(all.split('\n').map(str::to_owned));
            }
            Block::List { first, items } => {
                for (index, item) in (0_u32..).zip(items) {
                    let marker = match first {
                        Some(first) => format!("{}{ending} ", first.saturating_add(index)),
                        None => "- ".to_owned(),
                    };
                    out.extend(indent(lines(item), &marker, &" ".repeat(marker.len())));
                }
            }
            Block::Quote(inner) => out.extend(indent(lines(inner), "> ", "> ")),
            Block::Preformatted(text) => {
                let fence = "`".repeat(longest_run(text, '`').max(2) + 1);
                out.push(fence.clone());
                out.extend(text.split('\n').map(str::to_owned));
                out.push(fence);
            }
            Block::Rule => out.push("***".to_owned()),
        }
    }
    out
}

fn line(spans: &[Span]) -> String {
    let mut out = String::new();
    for (index, span) in spans.iter().enumerate() {
        let next = spans.get(index + 1);
        match &span.run {
            Run::Text(text) => marked(&mut out, text, span.marks, next),
            Run::Mention(name) => marked(&mut out, &format!("@{name}"), span.marks, next),
            Run::Picture(alt) => escape(&mut out, &picture(alt)),
            // Two fences in a row would be one longer fence.
            Run::Code(code) if out.ends_with('`') => escape(&mut out, code),
            Run::Code(code) => {
                let fence = "`".repeat(longest_run(code, '`') + 1);
                let pad = if code.starts_with('`') || code.ends_with('`') { " " } else { "" };
                out.extend([&fence, pad, code, pad, &fence]);
            }
            Run::Link { text, url } if text == url && !url.contains(['<', '>']) => {
                out.extend(["<", url, ">"]);
            }
            Run::Link { text, url } => {
                out.push('[');
                escape(&mut out, text);
                out.push_str("](<");
                for c in url.chars() {
                    if c.is_ascii_punctuation() && "\\&<>".contains(c) {
                        out.push('\\');
                    }
                    out.push(c);
                }
                out.push_str(">)");
            }
            Run::Break => {}
        }
    }
    out
}

/// Adds text with its marks if `CommonMark` takes them for marks where they stand: they touch the
/// text, no mark stands beside them, and punctuation is not between them and a word.
fn marked(out: &mut String, text: &str, marks: Marks, next: Option<&Span>) {
    let (head, core, tail) = core(text);
    escape(out, head);
    let (open, close) = signs(marks, ["**", "*", "~~"]);
    let follows = tail.chars().next().or_else(|| next.and_then(first_char));
    let outside = |c: Option<char>| c.is_none_or(char::is_whitespace);
    // With two kinds of signs, the outer ones touch the inner ones instead of the text.
    let nested = marks.strike && (marks.bold || marks.italic);
    let works = |edge: Option<char>, outer: Option<char>| {
        outside(outer)
            || (!nested
                && edge.is_some_and(char::is_alphanumeric)
                && outer.is_some_and(|c| !"*~".contains(c)))
    };
    let shown = !core.is_empty()
        && works(core.chars().next(), out.chars().next_back())
        && works(core.chars().next_back(), follows);
    if shown {
        out.push_str(&open);
    }
    escape(out, core);
    if shown {
        out.push_str(&close);
    }
    escape(out, tail);
}

fn first_char(span: &Span) -> Option<char> {
    match &span.run {
        Run::Text(text) => text.chars().next(),
        Run::Mention(_) => Some('@'),
        Run::Code(_) => Some('`'),
        Run::Link { .. } => Some('<'),
        Run::Picture(_) => Some('['),
        Run::Break => None,
    }
}

/// Adds text so that nothing in it is markup.
fn escape(out: &mut String, text: &str) {
    for (at, c) in text.char_indices() {
        let line_start = out.is_empty();
        if line_start && c == ' ' {
            out.push_str("&nbsp;");
            continue;
        }
        // `CommonMark` reads a list's number of up to nine digits.
        let numbered = matches!(c, '.' | ')')
            && (1..=9).contains(&out.len())
            && out.bytes().all(|byte| byte.is_ascii_digit());
        let special = match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '~' | '|' => true,
            '#' | '+' | '-' | '=' => line_start,
            // Behind an emphasised run it would make a picture of a link.
            '!' => at + 1 == text.len(),
            _ => numbered,
        };
        if special {
            out.push('\\');
        }
        out.push(c);
    }
}

fn longest_run(text: &str, of: char) -> usize {
    text.split(|c| c != of).map(str::len).max().unwrap_or(0)
}
