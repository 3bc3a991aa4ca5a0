//! Makes text of the other side fit for logs and error messages.

/// `text` without control characters, cut to `most` characters.
///
/// What a peer says may hold line breaks that would forge log lines, or megabytes.
pub(crate) fn clean(text: &str, most: usize) -> String {
    let mut clean: String = text
        .chars()
        .take(most)
        .map(|c| if c.is_control() || is_bidi_control(c) { ' ' } else { c })
        .collect();
    if text.chars().nth(most).is_some() {
        clean.push('…');
    }
    clean
}

/// Marks that reorder what a terminal shows.
const fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_and_excess_go() {
        assert_eq!(clean("a\r\nb\u{202e}c\u{1b}[0m", 100), "a  b c [0m");
        assert_eq!(clean("äöü", 2), "äö…");
        assert_eq!(clean("äö", 2), "äö");
    }
}
