//! HTML, for Teams and for web pages.

use super::{RULE, picture};
use crate::text::document::{Block, Marks, Run, Span};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    Teams,
    Web,
}

pub(super) fn write(blocks: &[Block], dialect: Dialect) -> String {
    let mut writer = Writer { out: String::new(), dialect, after_space: true };
    writer.blocks(blocks, false);
    writer.out
}

struct Writer {
    out: String,
    dialect: Dialect,
    /// Whether a space here would be lost on the reader: at the start of a line or behind another.
    after_space: bool,
}

impl Writer {
    /// Writes blocks; `tight` where a single paragraph needs no tags of its own.
    fn blocks(&mut self, blocks: &[Block], tight: bool) {
        let mut after_line = false;
        for (index, block) in blocks.iter().enumerate() {
            self.after_space = true;
            let is_line = match block {
                Block::Paragraph(_) => true,
                Block::Rule => self.dialect == Dialect::Teams,
                Block::List { .. } | Block::Quote(_) | Block::Preformatted(_) => false,
            };
            // Teams draws paragraphs without a distance, so an empty line parts them.
            if self.dialect == Dialect::Teams && after_line && is_line {
                self.out.push_str("<br><br>");
            }
            after_line = is_line;
            match block {
                Block::Paragraph(spans) => {
                    let bare = self.dialect == Dialect::Teams || (tight && index == 0);
                    self.element(if bare { "" } else { "p" }, |writer| writer.spans(spans));
                }
                Block::List { first, items } => self.list(*first, items),
                Block::Quote(inner) => {
                    self.element("blockquote", |writer| writer.blocks(inner, false));
                }
                Block::Preformatted(text) => {
                    self.element("pre", |writer| writer.escaped(text));
                }
                Block::Rule => self.out.push_str(match self.dialect {
                    Dialect::Teams => RULE,
                    Dialect::Web => "<hr>",
                }),
            }
        }
    }

    fn list(&mut self, first: Option<u32>, items: &[Vec<Block>]) {
        let tag = if first.is_some() { "ol" } else { "ul" };
        match first.filter(|first| *first != 1) {
            Some(first) => self.out.extend(["<ol start=\"", &first.to_string(), "\">"]),
            None => self.out.extend(["<", tag, ">"]),
        }
        for item in items {
            self.element("li", |writer| writer.blocks(item, true));
        }
        self.out.extend(["</", tag, ">"]);
    }

    /// Writes something between the tags of an element, or without them if it has no name.
    fn element(&mut self, tag: &str, content: impl FnOnce(&mut Self)) {
        if tag.is_empty() {
            return content(self);
        }
        self.out.extend(["<", tag, ">"]);
        content(self);
        self.out.extend(["</", tag, ">"]);
    }

    fn spans(&mut self, spans: &[Span]) {
        for span in spans {
            self.marked(span.marks, |writer| match &span.run {
                Run::Text(text) => writer.text(text),
                Run::Code(text) => writer.element("code", |writer| writer.text(text)),
                Run::Link { text, url } => writer.link(text, url),
                Run::Mention(name) => writer.text(&format!("@{name}")),
                Run::Picture(alt) => writer.text(&picture(alt)),
                Run::Break => {
                    writer.out.push_str("<br>");
                    writer.after_space = true;
                }
            });
        }
    }

    fn marked(&mut self, marks: Marks, content: impl FnOnce(&mut Self)) {
        let strike = if self.dialect == Dialect::Teams { "strike" } else { "s" };
        let tag = |on: bool, tag: &'static str| if on { tag } else { "" };
        self.element(tag(marks.bold, "strong"), |writer| {
            writer.element(tag(marks.italic, "em"), |writer| {
                writer.element(tag(marks.strike, strike), content);
            });
        });
    }

    fn link(&mut self, text: &str, url: &str) {
        self.out.push_str("<a href=\"");
        for c in url.chars() {
            match c {
                '"' => self.out.push_str("&quot;"),
                '\'' => self.out.push_str("&#39;"),
                _ => self.escape(c),
            }
        }
        self.out.push_str(match self.dialect {
            Dialect::Teams => "\">",
            Dialect::Web => "\" rel=\"noopener noreferrer\">",
        });
        self.text(text);
        self.out.push_str("</a>");
    }

    /// Text whose spaces all show: one that HTML would fold is written as `&nbsp;`.
    fn text(&mut self, text: &str) {
        let mut plain = 0;
        for (at, _) in text.match_indices(' ') {
            if at > plain {
                self.escaped(&text[plain..at]);
                self.after_space = false;
            }
            self.out.push_str(if self.after_space { "&nbsp;" } else { " " });
            self.after_space = !self.after_space;
            plain = at + 1;
        }
        if plain < text.len() {
            self.escaped(&text[plain..]);
            self.after_space = false;
        }
    }

    /// Text between tags, where a quote is a quote: written as an entity it would take six times
    /// its room, and a post has only so much.
    fn escaped(&mut self, text: &str) {
        text.chars().for_each(|c| self.escape(c));
    }

    fn escape(&mut self, c: char) {
        match c {
            '&' => self.out.push_str("&amp;"),
            '<' => self.out.push_str("&lt;"),
            '>' => self.out.push_str("&gt;"),
            _ => self.out.push(c),
        }
    }
}
