//! Text in which nothing is markup.

use super::builder::{Builder, bounded};
use super::document::{Document, Marks, Run};
use super::html::Mentions;

/// What a customer wrote: plain text, in which nothing is markup. URLs become links whose text is
/// the URL itself. At most 256 KiB are read; longer text ends in `…`.
pub fn from_plain(text: &str) -> Document {
    let (text, cut) = bounded(text);
    let mut builder = Builder::new();
    builder.push(Run::Text(text.to_owned()), Marks::default());
    if cut {
        builder.push(Run::Text("…".to_owned()), Marks::default());
    }
    builder.finish()
}

/// The `text` of a Teams activity, for messages without a `text/html` attachment: plain but for
/// `<at>Name</at>`. The bot's own mention is taken out, others are mentions.
pub fn from_teams_text(text: &str, mentions: &Mentions) -> Document {
    let (mut rest, cut) = bounded(text);
    let mut builder = Builder::new();
    while let Some((before, name, after)) = next_mention(rest) {
        builder.push(Run::Text(before.to_owned()), Marks::default());
        rest = after;
        if mentions.is_own(None, name) {
            if before.is_empty() || before.ends_with(char::is_whitespace) {
                rest = rest.trim_start_matches([' ', '\u{a0}']);
            }
        } else {
            builder.push(Run::Mention(name.to_owned()), Marks::default());
        }
    }
    let end = if cut { "…" } else { "" };
    builder.push(Run::Text(format!("{rest}{end}")), Marks::default());
    builder.finish()
}

/// The text before the first mention, its name, and the text after it.
fn next_mention(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("<at>")?;
    let (name, after) = rest.split_once("</at>")?;
    Some((before, name, after))
}
