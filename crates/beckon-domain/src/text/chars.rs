//! Characters that a message may not carry, and the line ends it may.

use super::is_bidi_mark;

/// Whether a character is taken out of any text: it shows nothing, and breaks what stands around
/// it. Joiners stay (emoji and Persian need them), and so do variation selectors.
pub(super) fn is_dropped(c: char) -> bool {
    (c.is_control() && c != '\n')
        || is_bidi_mark(c)
        || matches!(c, '\u{200b}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// Whether a character alone leaves nothing to see: what is dropped, joiners and selectors, fillers
/// and tags.
pub(super) fn is_unseen(c: char) -> bool {
    c.is_whitespace()
        || is_dropped(c)
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}')
        || matches!(c, '\u{180b}'..='\u{180f}' | '\u{200c}' | '\u{200d}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}')
        || matches!(c, '\u{e0000}'..='\u{e0fff}')
}

/// The text with LF as its only line end, a space for U+00A0 and TAB, and without what
/// [`is_dropped`] names.
pub(super) fn clean(text: &str) -> String {
    normalise(text, false)
}

/// The same for preformatted text, which keeps its tabs.
pub(super) fn clean_preformatted(text: &str) -> String {
    normalise(text, true)
}

fn normalise(text: &str, tabs: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                chars.next_if_eq(&'\n');
                out.push('\n');
            }
            '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\t' if tabs => out.push('\t'),
            '\t' | '\u{a0}' => out.push(' '),
            _ if is_dropped(c) => {}
            _ => out.push(c),
        }
    }
    out
}

/// Whether there is nothing to see.
pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}
