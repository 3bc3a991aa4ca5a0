//! Text for people, with WhatsApp's marks or without any.

use super::lines::{core, indent, signs, split_lines};
use super::{RULE, picture};
use crate::text::document::{Block, Marks, Run, Span};
use crate::text::links;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    /// With marks.
    WhatsApp,
}

pub(super) fn write(blocks: &[Block], style: Style) -> String {
    let guarded = style == Style::WhatsApp && has_marks(blocks);
    Writer { style, guarded }.blocks(blocks, true).join("\n")
}

struct Writer {
    style: Style,
    /// Whether marks that somebody typed have to be kept from working.
    guarded: bool,
}

impl Writer {
    fn blocks(&self, blocks: &[Block], outermost: bool) -> Vec<String> {
        let mut out = Vec::new();
        let mut before: Option<&Block> = None;
        for block in blocks {
            // Blocks of one kind would run into one another.
            if before.is_some_and(|before| {
                std::mem::discriminant(before) == std::mem::discriminant(block)
            }) {
                out.push(String::new());
            }
            before = Some(block);
            match block {
                Block::Paragraph(spans) => {
                    out.extend(split_lines(spans).map(|line| self.line(line)));
                }
                Block::List { first, items } => {
                    for (index, item) in (0_u32..).zip(items) {
                        let marker = match first {
                            Some(first) => format!("{}. ", first.saturating_add(index)),
                            None => "- ".to_owned(),
                        };
                        out.extend(indent(self.blocks(item, false), &marker, "  "));
                    }
                }
                Block::Quote(inner) => {
                    out.extend(indent(self.blocks(inner, false), "> ", "> "));
                }
                Block::Preformatted(text) => {
                    let fence = self.style == Style::WhatsApp && outermost && !text.contains("```");
                    let text = if fence { format!("```{text}```") } else { text.clone() };
                    out.extend(text.split('\n').map(str::to_owned));
                }
                Block::Rule => out.push(RULE.to_owned()),
            }
        }
        out
    }

    fn line(&self, spans: &[Span]) -> String {
        let mut out = String::new();
        for (index, span) in spans.iter().enumerate() {
            let next = spans.get(index + 1);
            match &span.run {
                Run::Text(text) => {
                    let text = if self.guarded { guard(&out, text) } else { text.clone() };
                    self.marked(&mut out, &text, span.marks, next);
                }
                Run::Mention(name) => self.marked(&mut out, &format!("@{name}"), span.marks, next),
                Run::Code(code) if self.style == Style::WhatsApp && !code.contains('`') => {
                    out.extend(["`", code, "`"]);
                }
                Run::Code(code) => out.push_str(code),
                Run::Link { text, url } if text == url => {
                    bare_url(&mut out, url, &spans[index + 1..]);
                }
                Run::Link { text, url } => out.extend([text, " (", url, ")"]),
                Run::Picture(alt) => out.push_str(&picture(alt)),
                Run::Break => {}
            }
        }
        out
    }

    /// Adds text with its marks where WhatsApp reads them: not inside a word.
    fn marked(&self, out: &mut String, text: &str, marks: Marks, next: Option<&Span>) {
        let (head, core, tail) = core(text);
        out.push_str(head);
        let in_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let follows = tail.chars().next().or_else(|| next.and_then(first_char));
        let shown = self.style == Style::WhatsApp
            && !core.is_empty()
            && !in_word(out.chars().next_back())
            && !in_word(follows);
        let marks = if shown { marks } else { Marks::default() };
        let (open, close) = signs(marks, ["*", "_", "~"]);
        out.extend([&open, core, &close, tail]);
    }
}

/// Adds a URL that is its own text, apart from what would read as part of it.
fn bare_url(out: &mut String, url: &str, rest: &[Span]) {
    if out.ends_with(char::is_alphanumeric) {
        out.push(' ');
    }
    out.push_str(url);
    let mut line = url.to_owned();
    for span in rest {
        match &span.run {
            Run::Text(text) | Run::Code(text) => line.push_str(text),
            Run::Mention(name) => line.extend(["@", name]),
            // The next link looks at what follows it; here its first character tells enough.
            Run::Link { .. } | Run::Picture(_) | Run::Break => {
                line.extend(first_char(span));
                break;
            }
        }
    }
    let after = line[url.len()..].chars().next();
    let apart = after.is_none_or(char::is_whitespace);
    if !apart && links::find(&line, 0).is_none_or(|found| found != (0..url.len())) {
        out.push(' ');
    }
}

fn first_char(span: &Span) -> Option<char> {
    match &span.run {
        Run::Text(text) | Run::Code(text) | Run::Link { text, .. } => text.chars().next(),
        Run::Mention(_) => Some('@'),
        Run::Picture(_) => Some('['),
        Run::Break => None,
    }
}

/// The text with a joiner between every mark that WhatsApp would read and the word it touches.
fn guard(before: &str, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut last = before.chars().next_back();
    let mut chars = text.chars().peekable();
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        let mark = matches!(c, '*' | '_' | '~' | '`');
        let closes = mark && !is_word(next) && last.is_some_and(|last| !last.is_whitespace());
        let opens = mark && !is_word(last) && next.is_some_and(|next| !next.is_whitespace());
        if closes {
            out.push('\u{2060}');
        }
        out.push(c);
        if opens {
            out.push('\u{2060}');
        }
        last = Some(c);
    }
    out
}

fn has_marks(blocks: &[Block]) -> bool {
    blocks.iter().any(|block| match block {
        Block::Paragraph(spans) => {
            spans.iter().any(|span| !span.marks.is_none() || matches!(span.run, Run::Code(_)))
        }
        Block::List { items, .. } => items.iter().any(|item| has_marks(item)),
        Block::Quote(inner) => has_marks(inner),
        Block::Preformatted(_) => true,
        Block::Rule => false,
    })
}
