//! Reading Markdown.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::builder::{Builder, bounded};
use super::document::{Block, Document, Marks, Run};
use super::links;

/// What a customer's client declared to be Markdown: `CommonMark` with `~~strike~~` and tables.
///
/// Where a chat differs from a page: every line end is a line end, a heading is a bold line, a
/// table's cells are joined by ` | `, a picture is a link to it, and HTML is shown as it was typed.
/// At most 256 KiB are read; longer text ends in `…`. Never fails.
pub fn from_markdown(text: &str) -> Document {
    let (text, cut) = bounded(text);
    let mut reader = Reader::new();
    for event in Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES) {
        reader.event(event);
    }
    if cut {
        reader.text("…");
    }
    reader.builder.finish()
}

struct Reader {
    builder: Builder,
    bold: usize,
    italic: usize,
    strike: usize,
    /// The link or picture that is open, and how many are open in it.
    link: Option<Link>,
    preformatted: Option<String>,
    /// How many cells of the table's row were met.
    cells: usize,
}

struct Link {
    url: String,
    text: String,
    marks: Marks,
    inner: usize,
    picture: bool,
}

impl Reader {
    fn new() -> Self {
        Self {
            builder: Builder::new(),
            bold: 0,
            italic: 0,
            strike: 0,
            link: None,
            preformatted: None,
            cells: 0,
        }
    }

    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Code(code) => match &mut self.link {
                Some(link) => link.text.push_str(&code),
                None => self.builder.push(Run::Code(code.into_string()), self.marks()),
            },
            Event::Text(text)
            | Event::Html(text)
            | Event::InlineHtml(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text)
            | Event::FootnoteReference(text) => self.text(&text),
            Event::SoftBreak | Event::HardBreak => self.text("\n"),
            Event::Rule => self.builder.block(Block::Rule),
            Event::TaskListMarker(_) => {}
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(preformatted) = &mut self.preformatted {
            preformatted.push_str(text);
        } else if let Some(link) = &mut self.link {
            link.text.push_str(text);
        } else {
            self.builder.push(Run::Text(text.to_owned()), self.marks());
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { .. } => {
                self.builder.flush();
                self.bold += 1;
            }
            Tag::Strong => self.bold += 1,
            Tag::Emphasis => self.italic += 1,
            Tag::Strikethrough => self.strike += 1,
            Tag::BlockQuote(_) => self.builder.open_quote(),
            Tag::List(first) => {
                let first = first.map(|first| u32::try_from(first).unwrap_or(u32::MAX));
                self.builder.open_list(first);
            }
            Tag::Item => self.builder.open_item(),
            Tag::CodeBlock(_) => self.preformatted = Some(String::new()),
            Tag::Link { dest_url, .. } => self.open_link(dest_url.into_string(), false),
            Tag::Image { dest_url, .. } => self.open_link(dest_url.into_string(), true),
            Tag::TableHead | Tag::TableRow => self.cells = 0,
            Tag::TableCell => {
                if self.cells > 0 {
                    self.text(" | ");
                }
                self.cells += 1;
            }
            Tag::Paragraph | Tag::HtmlBlock | Tag::Table(_) => self.builder.flush(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.builder.flush();
                self.bold = self.bold.saturating_sub(1);
            }
            TagEnd::Strong => self.bold = self.bold.saturating_sub(1),
            TagEnd::Emphasis => self.italic = self.italic.saturating_sub(1),
            TagEnd::Strikethrough => self.strike = self.strike.saturating_sub(1),
            TagEnd::BlockQuote(_) => self.builder.close_quote(),
            TagEnd::List(_) => self.builder.close_list(),
            TagEnd::Item => self.builder.close_item(),
            TagEnd::CodeBlock => {
                let text = self.preformatted.take().unwrap_or_default();
                self.builder.block(Block::Preformatted(text));
            }
            TagEnd::Link | TagEnd::Image => self.close_link(),
            TagEnd::TableHead | TagEnd::TableRow => self.text("\n"),
            TagEnd::Paragraph | TagEnd::HtmlBlock | TagEnd::Table => self.builder.flush(),
            _ => {}
        }
    }

    fn open_link(&mut self, url: String, picture: bool) {
        let marks = self.marks();
        match &mut self.link {
            Some(link) => link.inner += 1,
            None => {
                self.link = Some(Link { url, text: String::new(), marks, inner: 0, picture });
            }
        }
    }

    fn close_link(&mut self) {
        match self.link.take() {
            Some(link) if link.inner > 0 => {
                self.link = Some(Link { inner: link.inner - 1, ..link });
            }
            Some(Link { text, url, marks, picture, .. }) => {
                let run = if picture && !links::is_link(&url) {
                    Run::Picture(text)
                } else {
                    Run::Link { text, url }
                };
                self.builder.push(run, marks);
            }
            None => {}
        }
    }

    fn marks(&self) -> Marks {
        Marks { bold: self.bold > 0, italic: self.italic > 0, strike: self.strike > 0 }
    }
}
