//! Plain text in, plain text out.

use proptest::prelude::*;

use super::arbitrary::{self, text};
use crate::text::{Mentions, Run, from_plain, from_teams_text, to_plain};

/// What is left of plain text: no character that shows nothing, LF line ends, nothing blank at
/// line ends or at either end, and one empty line at most.
fn normalised(text: &str) -> String {
    let text = text
        .replace("\r\n", "\n")
        .replace(['\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
    let dropped = |c: char| {
        (c.is_control() && c != '\n')
            || "\u{200b}\u{feff}\u{fff9}\u{fffa}\u{fffb}\u{200e}\u{200f}\u{61c}".contains(c)
            || ('\u{202a}'..='\u{202e}').contains(&c)
            || ('\u{2066}'..='\u{2069}').contains(&c)
    };
    let text = text.replace(['\t', '\u{a0}'], " ").replace(dropped, "");
    let mut lines: Vec<&str> = text.split('\n').map(str::trim_end).collect();
    lines.dedup_by(|line, before| line.is_empty() && before.is_empty());
    lines.join("\n").trim_matches('\n').to_owned()
}

proptest! {
    #[test]
    fn plain_text_comes_out_as_it_was(x in text()) {
        prop_assert_eq!(to_plain(&from_plain(&x)), normalised(&x));
    }

    #[test]
    fn any_plain_text_comes_out_as_it_was(x in any::<String>()) {
        prop_assert_eq!(to_plain(&from_plain(&x)), normalised(&x));
    }
}

#[test]
fn nothing_in_plain_text_is_markup() {
    let text = "**a** <b>x</b> [pay](https://evil.example)\n# no\n  - indented";
    assert_eq!(to_plain(&from_plain(text)), text);
}

#[test]
fn urls_are_found_and_end_where_a_reader_would_end_them() {
    for (text, expected) in [
        ("see https://x.example/a.", vec!["https://x.example/a"]),
        ("(https://x.example/A_(b))", vec!["https://x.example/A_(b)"]),
        (
            "HTTPS://X.example/ü?q=a&b#c, mailto:a@x.example!",
            vec!["HTTPS://X.example/ü?q=a&b#c", "mailto:a@x.example"],
        ),
        ("\"https://x.example\" „http://y.example“", vec!["https://x.example", "http://y.example"]),
        ("xhttp://a.example https:// http:/a mailto:x tel:+49 www.x.example 12:30", vec![]),
        ("https://[::1]:8080/?a[]=1", vec!["https://[::1]:8080/?a[]=1"]),
    ] {
        assert_eq!(arbitrary::urls(from_plain(text).blocks()), expected, "{text}");
    }
}

#[test]
fn a_url_beyond_all_measure_stays_text() {
    let url = |length: usize| format!("https://x.example/{:y<1$}", "", length - 18);
    assert_eq!(arbitrary::urls(from_plain(&url(4096)).blocks()), [url(4096)]);
    let document = from_plain(&url(4097));
    assert!(arbitrary::urls(document.blocks()).is_empty());
    assert_eq!(to_plain(&document), url(4097));
}

#[test]
fn what_shows_nothing_is_taken_out() {
    let dropped =
        "\u{0}\u{7f}\u{200b}\u{200e}\u{61c}\u{202e}\u{2066}\u{feff}\u{fff9}\u{fffa}\u{fffb}";
    for c in dropped.chars() {
        assert_eq!(to_plain(&from_plain(&format!("a{c}b"))), "ab", "{c:?}");
    }
}

#[test]
fn the_text_of_an_activity_carries_mentions() {
    let bot = Mentions::none().own_name("<at>Beckon</at>");
    for (text, expected) in [
        ("<at>Beckon</at> /end", "/end"),
        ("<at>Beckon</at>\u{a0}hi <at>Ada B</at>!", "hi @Ada B!"),
        ("hey <at>Beckon</at> you", "hey you"),
        ("a<at>Beckon</at> b <at>open", "a b <at>open"),
    ] {
        assert_eq!(to_plain(&from_teams_text(text, &bot)), expected, "{text}");
    }
    let document = from_teams_text("<at>Ada</at>", &bot);
    let spans = match document.blocks() {
        [crate::text::Block::Paragraph(spans)] => spans,
        other => panic!("{other:?}"),
    };
    assert_eq!(spans[0].run, Run::Mention("Ada".to_owned()));
}
