//! Makes text of the other side fit for logs and error messages.

/// `text` as one line of at most `most` characters, and `…` if there were more. Control characters
/// and marks that hide or reorder the text around them become spaces.
///
/// What a peer says may hold line breaks that would forge log lines, or megabytes.
pub(crate) fn clean(text: &str, most: usize) -> String {
    let mut clean: String = text
        .chars()
        .take(most)
        .map(|c| if c.is_control() || is_unseen(c) { ' ' } else { c })
        .collect();
    if text.chars().nth(most).is_some() {
        clean.push('…');
    }
    clean
}

/// Characters of no width, other line ends, and what changes the direction of writing.
const fn is_unseen(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_and_excess_go() {
        assert_eq!(clean("a\r\nb\u{202e}c\u{1b}[0m", 100), "a  b c [0m");
        assert_eq!(clean("a\u{2028}b\u{200b}c\u{feff}é", 100), "a b c é");
        assert_eq!(clean("äöü", 2), "äö…");
        assert_eq!(clean("äö", 2), "äö");
    }
}
