//! What people write: made harmless, kept in one form, and written out as each channel reads it.
//!
//! A message is read once into a [`Document`] ([`from_teams_html`], [`from_teams_text`],
//! [`from_markdown`], [`from_plain`]) and written for whoever it goes to ([`to_teams`],
//! [`to_web_html`], [`to_whatsapp`], [`to_plain`], [`to_markdown`]), cut into posts by [`split()`]
//! where it is too long. Reading never fails and costs time and room in proportion to the text.
//! [`command`] tells what an agent typed to Beckon from what they wrote to the customer;
//! [`one_line`] and [`on_card`] are for names and other small text.

mod builder;
mod canon;
mod chars;
mod document;
mod html;
mod links;
mod markdown;
mod plain;
mod render;
mod split;
#[cfg(test)]
mod tests;
mod typed;

pub use document::{Block, Document, MAX_DEPTH, Marks, Run, Span};
pub use html::{Mentions, Parsed, from_teams_html};
pub use markdown::from_markdown;
pub use plain::{from_plain, from_teams_text};
pub use render::{Format, to_markdown, to_plain, to_teams, to_web_html, to_whatsapp};
pub use split::split;
pub use typed::{Typed, command};

/// The text as one line: controls, bidirectional marks and white space of any kind become one
/// space, the ends are trimmed. What is left cannot break a line or turn the reading direction of
/// what stands beside it; it is empty when nobody could see it.
pub fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() || is_bidi_mark(c) {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            out.push(c);
        }
    }
    if out.chars().all(chars::is_unseen) {
        out.clear();
    }
    out.truncate(out.trim_end_matches(' ').len());
    out
}

/// The text as one line on a card. Cards read Markdown and `{{DATE(…)}}`, so a name could bring a
/// link of its own or be shown as a time; an invisible joiner (U+2060) between `]` and `(`, and
/// between two opening braces, keeps it text.
pub fn on_card(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in one_line(text).chars() {
        if matches!((out.chars().next_back(), c), (Some(']'), '(') | (Some('{'), '{')) {
            out.push('\u{2060}');
        }
        out.push(c);
    }
    out
}

/// Marks that change the direction of the text around them: embeddings, overrides, isolates, and
/// the directional marks proper.
pub(crate) fn is_bidi_mark(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
