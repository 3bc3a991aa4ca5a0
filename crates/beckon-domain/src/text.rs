//! Making foreign text harmless where people see it beside ours.

/// The text as one line: controls, bidirectional marks and white space of any kind become one
/// space, the ends are trimmed. What is left cannot break a line or turn the reading direction of
/// what stands beside it.
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
    out.truncate(out.trim_end_matches(' ').len());
    out
}

/// The text as one line on a card. Cards read Markdown, so a name could bring a link of its own;
/// an invisible joiner (U+2060) between `]` and `(` keeps it text.
pub fn on_card(text: &str) -> String {
    one_line(text).replace("](", "]\u{2060}(")
}

/// Marks that change the direction of the text around them: embeddings, overrides, isolates, and
/// the directional marks proper.
pub(crate) fn is_bidi_mark(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_stays_one_harmless_line() {
        assert_eq!(one_line(" a\r\n\u{202e}b\u{0} "), "a b");
        assert_eq!(on_card("[pay here](https://x)"), "[pay here]\u{2060}(https://x)");
    }
}
