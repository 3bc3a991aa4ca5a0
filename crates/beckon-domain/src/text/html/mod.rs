//! Reading the HTML of Teams messages.

mod mentions;
mod reader;
mod tags;

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Token, Tokenizer};

pub use mentions::Mentions;

use self::reader::Reader;
use self::tags::Attributes;
use super::builder::bounded;
use super::document::Document;

/// The most ids of attachments that are kept of one message.
const MAX_ATTACHMENTS: usize = 64;

/// What a message in HTML says, and what it brings that text cannot carry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// The text.
    pub document: Document,
    /// The ids of its `attachment` elements (Graph): cards, files and quoted messages. At most 64
    /// are kept.
    pub attachments: Vec<String>,
    /// How many pictures, videos and sounds stand in it. Each left a [`Picture`](super::Run::Picture) in the text.
    pub media: usize,
}

/// What a Teams message says: the `text/html` attachment of an activity or the `body.content` of a
/// Graph `chatMessage`.
///
/// The bot's own mention is taken out, other mentions are names, emoji their character, custom
/// emoji `:name:`, quoted messages quotes, headings bold lines, table rows cells joined by ` | `.
/// Each block ends a line; an empty one, and no other, leaves an empty line. What is not shown
/// (scripts, styles, titles, drawings) is left out, and tags nobody knows count as their content.
/// At most 256 KiB are read; longer text ends in `…`. Never fails.
pub fn from_teams_html(html: &str, mentions: &Mentions) -> Parsed {
    let (html, cut) = bounded(html);
    // Without it, `<script>` and `<style>` would be read as markup, and what they hold as text.
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut reader = Reader::new(mentions);
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            // A drawing that ends with its own tag hides nothing; elsewhere browsers read past the
            // slash.
            Token::StartTag(tag) if tag.self_closing && tags::is_drawing(&tag.name) => {}
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name);
                reader.start(&name, &Attributes(&tag.attributes));
            }
            Token::EndTag(tag) => reader.end(&String::from_utf8_lossy(&tag.name)),
            Token::String(text) => reader.text(&String::from_utf8_lossy(&text)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    if cut {
        reader.text("…");
    }
    reader.finish()
}
