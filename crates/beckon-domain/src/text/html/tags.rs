//! What the tags mean that Teams and browsers put into messages.

use std::borrow::Cow;
use std::collections::BTreeMap;

use html5gum::{HtmlString, Spanned};

/// The attributes of a tag.
pub(super) struct Attributes<'a>(pub(super) &'a BTreeMap<HtmlString, Spanned<HtmlString, ()>>);

impl Attributes<'_> {
    pub(super) fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        self.0.get(name.as_bytes()).map(|value| String::from_utf8_lossy(value))
    }

    /// The first of these that is there and says something.
    pub(super) fn first(&self, names: &[&str]) -> Cow<'_, str> {
        let found = names.iter().filter_map(|name| self.get(name));
        found.into_iter().find(|value| !value.trim().is_empty()).unwrap_or_default()
    }

    /// The last part of the `itemtype`, by which Teams says what an element is:
    /// `http://schema.skype.com/Mention`.
    pub(super) fn item_type(&self) -> Option<String> {
        let item_type = self.get("itemtype")?;
        item_type.rsplit('/').next().map(str::to_ascii_lowercase)
    }
}

/// What a tag does to the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Bold,
    Italic,
    Strike,
    Code,
    Link,
    Mention,
    Emoji,
    CustomEmoji,
    Image,
    Media,
    Attachment,
    Break,
    Rule,
    /// Begins and ends a line.
    Block,
    /// A block in bold.
    Heading,
    List {
        ordered: bool,
    },
    Item,
    Quote,
    Preformatted,
    Row,
    Cell,
    Table,
    /// Its content is nothing to read.
    Hidden,
    /// Counts as its content.
    Transparent,
}

/// What a start or end tag is, by its name alone.
pub(super) fn of(name: &str) -> Tag {
    match name {
        "b" | "strong" => Tag::Bold,
        "i" | "em" | "cite" | "var" | "dfn" => Tag::Italic,
        "s" | "strike" | "del" => Tag::Strike,
        "code" | "kbd" | "samp" | "tt" => Tag::Code,
        "a" => Tag::Link,
        "at" => Tag::Mention,
        "emoji" => Tag::Emoji,
        "customemoji" => Tag::CustomEmoji,
        "img" => Tag::Image,
        "video" | "audio" => Tag::Media,
        "attachment" => Tag::Attachment,
        "br" => Tag::Break,
        "hr" => Tag::Rule,
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Tag::Heading,
        "p" | "div" | "section" | "article" | "header" | "footer" | "main" | "aside" | "nav"
        | "address" | "figure" | "figcaption" | "dl" | "dt" | "dd" | "center" | "details"
        | "summary" | "form" | "fieldset" | "caption" => Tag::Block,
        "ul" | "menu" => Tag::List { ordered: false },
        "ol" => Tag::List { ordered: true },
        "li" => Tag::Item,
        "blockquote" => Tag::Quote,
        "pre" | "codeblock" | "listing" => Tag::Preformatted,
        "tr" => Tag::Row,
        "td" | "th" => Tag::Cell,
        "table" => Tag::Table,
        "script" | "style" | "title" | "template" | "iframe" | "object" | "noscript"
        | "noembed" | "noframes" | "textarea" | "select" | "svg" | "math" => Tag::Hidden,
        _ => Tag::Transparent,
    }
}

/// Whether an element is of another language than HTML, in which it may end with its own tag.
pub(super) fn is_drawing(name: &[u8]) -> bool {
    matches!(name, b"svg" | b"math")
}

/// What a start tag is. Teams sends pictures that are emoji, and spans that are mentions.
pub(super) fn of_start(name: &str, attributes: &Attributes<'_>) -> Tag {
    match (of(name), attributes.item_type().as_deref()) {
        (Tag::Image, Some("emoji")) => Tag::Emoji,
        (Tag::Image, Some("customemoji")) => Tag::CustomEmoji,
        (Tag::Transparent, Some("mention")) => Tag::Mention,
        (tag, _) => tag,
    }
}
