//! From tags and text to the tree. Tags may be missing, crossed or wrong; every one is taken for
//! what it can still mean, and each costs the same however many are open.

use super::tags::{self, Attributes, Tag};
use super::{MAX_ATTACHMENTS, Mentions, Parsed};
use crate::text::builder::Builder;
use crate::text::chars::is_blank;
use crate::text::document::{Block, Marks, Run};
use crate::text::links;

/// Where text goes as long as this is open.
#[derive(Debug)]
enum Inside {
    /// The line.
    Line,
    /// The text of a link.
    Link { url: String, text: String, marks: Option<Marks> },
    /// The name of a mention. It ends with the end tag of its own name.
    Mention { name: String, tag: String, id: Option<String>, nested: usize, after_space: bool },
}

#[derive(Debug)]
pub(super) struct Reader<'a> {
    mentions: &'a Mentions,
    builder: Builder,
    parsed: Parsed,
    inside: Inside,
    bold: usize,
    italic: usize,
    strike: usize,
    code: usize,
    preformatted: Option<String>,
    /// The element whose content is left out, and how many of its name are open.
    hidden: Option<(String, usize)>,
    /// How many cells the open row of a table has.
    cells: Option<usize>,
    /// Whether anything stands in the line, even if it cannot be seen.
    touched: bool,
    /// Whether white space here would add to white space, or begin the line.
    after_space: bool,
    /// Whether the bot's own mention was here just now: the space behind it goes as well.
    after_own: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(mentions: &'a Mentions) -> Self {
        Self {
            mentions,
            builder: Builder::new(),
            parsed: Parsed::default(),
            inside: Inside::Line,
            bold: 0,
            italic: 0,
            strike: 0,
            code: 0,
            preformatted: None,
            hidden: None,
            cells: None,
            touched: false,
            after_space: true,
            after_own: false,
        }
    }

    pub(super) fn finish(mut self) -> Parsed {
        self.end_inside();
        self.end_preformatted();
        self.parsed.document = self.builder.finish();
        self.parsed
    }

    pub(super) fn start(&mut self, name: &str, attributes: &Attributes<'_>) {
        if let Some((hidden, open)) = &mut self.hidden {
            *open += usize::from(hidden == name);
            return;
        }
        if let Inside::Mention { tag, nested, .. } = &mut self.inside {
            *nested += usize::from(tag == name);
        }
        match tags::of_start(name, attributes) {
            Tag::Bold => self.bold += 1,
            Tag::Italic => self.italic += 1,
            Tag::Strike => self.strike += 1,
            Tag::Code => self.code += 1,
            Tag::Link => self.start_link(attributes),
            Tag::Mention => self.start_mention(name, attributes),
            Tag::Emoji => self.words(&attributes.first(&["alt", "title", "itemid"])),
            Tag::CustomEmoji => {
                let emoji = attributes.first(&["alt", "title", "itemid"]);
                self.words(&format!(":{}:", emoji.trim().trim_matches(':')));
            }
            Tag::Image => self.media(&attributes.first(&["alt"])),
            Tag::Media => self.media(name),
            Tag::Attachment => {
                if self.parsed.attachments.len() < MAX_ATTACHMENTS {
                    let id = attributes.get("id").unwrap_or_default().into_owned();
                    self.parsed.attachments.push(id);
                }
            }
            Tag::Hidden => self.hidden = Some((name.to_owned(), 1)),
            Tag::Transparent => {}
            block => self.start_block(block, attributes),
        }
    }

    pub(super) fn end(&mut self, name: &str) {
        if let Some((hidden, open)) = &mut self.hidden {
            *open -= usize::from(hidden == name);
            if *open == 0 {
                self.hidden = None;
            }
            return;
        }
        if let Inside::Mention { tag, nested, .. } = &mut self.inside
            && tag == name
        {
            *nested -= 1;
            if *nested == 0 {
                self.end_inside();
            }
            return;
        }
        match tags::of(name) {
            Tag::Bold => self.bold = self.bold.saturating_sub(1),
            Tag::Italic => self.italic = self.italic.saturating_sub(1),
            Tag::Strike => self.strike = self.strike.saturating_sub(1),
            Tag::Code => self.code = self.code.saturating_sub(1),
            Tag::Link if matches!(self.inside, Inside::Link { .. }) => self.end_inside(),
            // Browsers read `</br>` as `<br>`.
            Tag::Break => self.line_break(),
            Tag::Link
            | Tag::Mention
            | Tag::Emoji
            | Tag::CustomEmoji
            | Tag::Image
            | Tag::Media
            | Tag::Attachment
            | Tag::Rule
            | Tag::Hidden
            | Tag::Transparent => {}
            block => self.end_block(block),
        }
    }

    fn start_block(&mut self, tag: Tag, attributes: &Attributes<'_>) {
        if tag == Tag::Break {
            return self.line_break();
        }
        self.leave_inside();
        if tag == Tag::Heading {
            self.bold += 1;
        }
        if let Some(text) = &mut self.preformatted {
            if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
            return;
        }
        match (tag, &mut self.cells) {
            (Tag::Row, cells) => {
                *cells = Some(0);
                self.end_line();
            }
            (Tag::Cell, Some(cells)) => {
                *cells += 1;
                if *cells > 1 {
                    self.words(if self.after_space { "| " } else { " | " });
                }
            }
            (_, Some(_)) => self.space(),
            (Tag::List { ordered }, None) => {
                let start = attributes.get("start").and_then(|start| start.trim().parse().ok());
                self.new_line();
                self.builder.open_list(ordered.then_some(start.unwrap_or(1)));
            }
            (Tag::Item, None) => {
                self.new_line();
                self.builder.open_item();
            }
            (Tag::Quote, None) => {
                self.new_line();
                self.builder.open_quote();
            }
            (Tag::Preformatted, None) => {
                self.new_line();
                self.preformatted = Some(String::new());
            }
            (Tag::Rule, None) => {
                self.new_line();
                self.builder.block(Block::Rule);
            }
            _ => self.end_line(),
        }
    }

    fn end_block(&mut self, tag: Tag) {
        self.leave_inside();
        if tag == Tag::Heading {
            self.bold = self.bold.saturating_sub(1);
        }
        if self.preformatted.is_some() {
            if tag == Tag::Preformatted {
                self.end_preformatted();
            }
            return;
        }
        match (tag, self.cells) {
            (Tag::Row | Tag::Table, Some(_)) => {
                self.cells = None;
                self.end_line();
            }
            (Tag::Cell, Some(_)) => {}
            (_, Some(_)) => self.space(),
            (Tag::List { .. }, None) => {
                self.new_line();
                self.builder.close_list();
            }
            (Tag::Item, None) => {
                self.new_line();
                self.builder.close_item();
            }
            (Tag::Quote, None) => {
                self.new_line();
                self.builder.close_quote();
            }
            _ => self.end_line(),
        }
    }

    fn end_preformatted(&mut self) {
        if let Some(text) = self.preformatted.take() {
            self.builder.block(Block::Preformatted(text));
        }
    }

    fn line_break(&mut self) {
        if self.cells.is_some() || !matches!(self.inside, Inside::Line) {
            self.space();
        } else if let Some(text) = &mut self.preformatted {
            text.push('\n');
        } else {
            self.builder.push(Run::Break, Marks::default());
            self.new_line();
        }
    }

    /// Ends the line at the border of a block: one in which nothing stands does not count.
    fn end_line(&mut self) {
        if self.touched {
            self.builder.push(Run::Break, Marks::default());
        }
        self.new_line();
    }

    fn new_line(&mut self) {
        self.touched = false;
        self.after_space = true;
        self.after_own = false;
    }

    /// A space such as a line end in the source is.
    fn space(&mut self) {
        self.text(" ");
    }

    fn start_link(&mut self, attributes: &Attributes<'_>) {
        if matches!(self.inside, Inside::Mention { .. }) {
            return;
        }
        self.end_inside();
        let url = attributes.get("href").unwrap_or_default();
        let url = url.trim_matches(|c: char| c.is_ascii_whitespace());
        if links::is_link(url) {
            // Preformatted text does not tell whether it ended in a space.
            self.after_space &= self.preformatted.is_none();
            self.inside = Inside::Link { url: url.to_owned(), text: String::new(), marks: None };
        }
    }

    fn start_mention(&mut self, tag: &str, attributes: &Attributes<'_>) {
        if matches!(self.inside, Inside::Mention { .. }) {
            return;
        }
        self.end_inside();
        let id = ["id", "itemid"].into_iter().find_map(|name| attributes.get(name));
        let id = id.map(std::borrow::Cow::into_owned);
        let (name, tag, after_space) = (String::new(), tag.to_owned(), self.after_space);
        self.inside = Inside::Mention { name, tag, id, nested: 1, after_space };
    }

    /// Ends the link or the mention that is open at the border of a block: a link over many blocks
    /// would have to be told again in each. One without text yet waits for the block's.
    fn leave_inside(&mut self) {
        if !matches!(&self.inside, Inside::Link { text, .. } if is_blank(text)) {
            self.end_inside();
        }
    }

    /// Ends the link or the mention that is open.
    fn end_inside(&mut self) {
        match std::mem::replace(&mut self.inside, Inside::Line) {
            Inside::Line => {}
            // Nobody could see it.
            Inside::Link { text, .. } if is_blank(&text) => {}
            Inside::Link { url, text, marks } => {
                // A space at its border belongs outside.
                let ends_in_space = text.ends_with(' ');
                let marks = marks.unwrap_or_else(|| self.marks());
                if let Some(preformatted) = &mut self.preformatted {
                    preformatted.push_str(&text);
                    if text.trim() != url {
                        preformatted.extend([" (", &url, ")"]);
                    }
                    return;
                }
                if text.starts_with(' ') {
                    self.builder.push(Run::Text(" ".to_owned()), marks);
                }
                self.push(Run::Link { text, url }, marks);
                if ends_in_space {
                    self.space();
                }
            }
            Inside::Mention { name, id, after_space, .. } => {
                let name = name.trim();
                if self.mentions.is_own(id.as_deref(), name) {
                    self.after_space = after_space;
                    self.after_own = after_space;
                } else if let Some(text) = &mut self.preformatted {
                    text.extend(["@", name.trim_start_matches('@')]);
                } else {
                    let name = name.trim_start_matches('@').to_owned();
                    self.push(Run::Mention(name), self.marks());
                }
            }
        }
    }

    fn media(&mut self, alt: &str) {
        self.parsed.media += 1;
        if self.preformatted.is_some() || !matches!(self.inside, Inside::Line) {
            self.words(alt);
        } else {
            self.push(Run::Picture(alt.to_owned()), Marks::default());
        }
    }

    fn push(&mut self, run: Run, marks: Marks) {
        self.builder.push(run, marks);
        self.touched = true;
        self.after_space = false;
        self.after_own = false;
    }

    /// Text as it stands in the source: white space is one space, and none where one is already.
    pub(super) fn text(&mut self, text: &str) {
        if self.hidden.is_some() {
            return;
        }
        if let (Some(preformatted), Inside::Line) = (&mut self.preformatted, &self.inside) {
            preformatted.push_str(text);
            return;
        }
        let mut words = String::with_capacity(text.len());
        for c in text.chars() {
            let collapses = c.is_ascii_whitespace();
            if self.after_own && (collapses || c == '\u{a0}') {
                continue;
            }
            self.after_own = false;
            if !collapses {
                words.push(c);
            } else if !self.after_space {
                words.push(' ');
            }
            self.after_space = collapses;
        }
        self.add(words);
    }

    /// Text that an attribute brought.
    fn words(&mut self, words: &str) {
        if !words.is_empty() {
            self.after_space = words.ends_with(' ');
            self.after_own = false;
            self.add(words.to_owned());
        }
    }

    fn add(&mut self, words: String) {
        if words.is_empty() {
            return;
        }
        let now = self.marks();
        match (&mut self.inside, &mut self.preformatted) {
            (Inside::Link { text, marks, .. }, _) => {
                marks.get_or_insert(now);
                text.push_str(&words);
            }
            (Inside::Mention { name, .. }, _) => name.push_str(&words),
            (Inside::Line, Some(text)) => text.push_str(&words),
            (Inside::Line, None) => {
                self.touched = true;
                let run = if self.code > 0 { Run::Code(words) } else { Run::Text(words) };
                self.builder.push(run, now);
            }
        }
    }

    fn marks(&self) -> Marks {
        Marks { bold: self.bold > 0, italic: self.italic > 0, strike: self.strike > 0 }
    }
}
