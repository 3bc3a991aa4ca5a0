//! Writing a document as each channel reads it.

mod html;
mod lines;
mod markdown;
mod plain;

use self::html::Dialect;
use self::plain::Style;
use super::document::Document;

/// A way to write a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// See [`to_teams`].
    Teams,
    /// See [`to_plain`].
    Plain,
    /// See [`to_whatsapp`].
    WhatsApp,
    /// See [`to_web_html`].
    WebHtml,
    /// See [`to_markdown`].
    Markdown,
}

impl Document {
    /// The document as text in one of the formats.
    pub fn render(&self, format: Format) -> String {
        match format {
            Format::Teams => to_teams(self),
            Format::Plain => to_plain(self),
            Format::WhatsApp => to_whatsapp(self),
            Format::WebHtml => to_web_html(self),
            Format::Markdown => to_markdown(self),
        }
    }

    /// How much room a format needs for it, in UTF-16 code units of two bytes, as Teams and
    /// WhatsApp count.
    pub fn units(&self, format: Format) -> usize {
        self.render(format).encode_utf16().count()
    }
}

/// The `text` of a bot's post in Teams with `textFormat: xml`.
///
/// Only tags that Teams' bot messages know (`strong`, `em`, `strike`, `code`, `a`, `br`, `ul`,
/// `ol`, `li`, `blockquote`, `pre`), with `href` and a list's `start` as the only attributes. All
/// else is escaped: an `<at>` that somebody typed stays text, and names in
/// [`Mention`](super::Run::Mention) call nobody. Teams draws no rules; one is written as dashes.
pub fn to_teams(document: &Document) -> String {
    html::write(document.blocks(), Dialect::Teams)
}

/// HTML for a web page: the same tags with `p`, `s` and `hr`, and links with
/// `rel="noopener noreferrer"`. It needs no further sanitising: there is no tag, attribute or URL
/// scheme in it but these.
pub fn to_web_html(document: &Document) -> String {
    html::write(document.blocks(), Dialect::Web)
}

/// Text without marks, for SMS and for whatever shows text alone. A link is `text (url)`, or the
/// URL where it is its own text; items begin with `- ` or their number, quotes with `> `.
pub fn to_plain(document: &Document) -> String {
    plain::write(document.blocks(), Style::Plain)
}

/// Text with WhatsApp's marks: `*bold*`, `_italic_`, `~strike~`, `` `code` ``, three backticks
/// around preformatted text. A mark is written only where WhatsApp reads it: touching the text,
/// within a line, and not in the middle of a word. Where the document has marks of its own, marks
/// that somebody typed are kept from working by an invisible joiner (U+2060).
pub fn to_whatsapp(document: &Document) -> String {
    plain::write(document.blocks(), Style::WhatsApp)
}

/// Markdown (`CommonMark` with `~~strike~~`) that reads back as this document. A mark that
/// `CommonMark` would not read where it stands is left out.
pub fn to_markdown(document: &Document) -> String {
    markdown::write(document.blocks())
}

/// What stands for a picture in text.
fn picture(alt: &str) -> String {
    match alt {
        "" | "image" => "[image]".to_owned(),
        "video" | "audio" => format!("[{alt}]"),
        _ => format!("[image: {alt}]"),
    }
}

/// What stands for a line across the message in text.
const RULE: &str = "———";
