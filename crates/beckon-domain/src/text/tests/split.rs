//! Posts that fit.

use proptest::prelude::*;

use super::arbitrary::{document, spans};
use crate::text::{Block, Document, Format, from_markdown, from_plain, split, to_plain, to_teams};

const FORMATS: [Format; 5] =
    [Format::Teams, Format::Plain, Format::WhatsApp, Format::WebHtml, Format::Markdown];

/// The letters and digits of a text, in order.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn assert_parts(whole: &Document, format: Format, max_units: usize) -> Vec<Document> {
    let parts = split(whole, format, max_units);
    for part in &parts {
        assert!(part.units(format) <= max_units, "{} units: {part:?}", part.units(format));
        assert!(!part.is_empty());
    }
    let all: String = parts.iter().map(|part| letters(&to_plain(part))).collect();
    assert_eq!(all, letters(&to_plain(whole)));
    parts
}

proptest! {
    // Every case is cut many times over.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn parts_fit_and_hold_everything_once(
        document in document(), more in prop::collection::vec(spans(), 1..12),
        format in prop::sample::select(FORMATS.as_slice()), limit in 200..600_usize,
    ) {
        let long: Vec<_> = more.concat();
        let mut blocks = document.blocks().to_vec();
        blocks.push(Block::Paragraph(long.clone()));
        blocks.push(Block::Quote(vec![Block::Paragraph(long)]));
        blocks.extend_from_slice(document.blocks());
        assert_parts(&Document::new(blocks), format, limit);
    }

    #[test]
    fn any_long_text_is_cut(text in prop::collection::vec(any::<char>(), 200..1500)) {
        let text: String = text.into_iter().collect();
        assert_parts(&from_plain(&text), Format::Teams, 200);
        assert_parts(&Document::new(vec![Block::Preformatted(text)]), Format::Teams, 200);
    }
}

#[test]
fn short_documents_stay_whole_and_empty_ones_are_not_posted() {
    let document = from_plain("hello");
    assert_eq!(split(&document, Format::Teams, 14_000), [document]);
    assert_eq!(split(&Document::default(), Format::Teams, 14_000), []);
}

#[test]
fn cuts_fall_between_words_and_never_within_a_cluster() {
    let document = from_plain(&"some words ".repeat(100));
    let parts = assert_parts(&document, Format::Plain, 200);
    for part in &parts {
        let text = to_plain(part);
        assert!(text.starts_with("some") || text.starts_with("words"), "{text}");
        assert!(text.ends_with("words") || text.ends_with("some"), "{text}");
    }
    let full = parts.iter().rev().skip(1);
    assert!(full.clone().all(|part| part.units(Format::Plain) > 170), "posts are filled");
    assert_eq!(full.count(), 5);
    let family = "👨‍👩‍👧";
    let document = from_plain(&family.repeat(100));
    let parts = split(&document, Format::Plain, 200);
    assert!(parts.len() > 1);
    for part in &parts {
        assert_eq!(to_plain(part).replace(family, ""), "");
    }
}

#[test]
fn a_cluster_or_a_url_beyond_any_post_is_cut_between_characters() {
    let zalgo = format!("a{}", "\u{301}".repeat(1000));
    let parts = assert_parts(&from_plain(&zalgo), Format::Plain, 200);
    assert_eq!(parts.iter().map(to_plain).collect::<String>(), zalgo);
    let url = format!("https://x.example/{}", "y".repeat(900));
    let parts = assert_parts(&from_plain(&url), Format::Teams, 200);
    assert_eq!(parts.iter().map(to_plain).collect::<String>(), url);
}

#[test]
fn numbers_go_on_and_items_stay_whole() {
    let items = (1..=60).map(|number| format!("{number}. item number {number}"));
    let text = items.collect::<Vec<_>>().join(
        "
",
    );
    let parts = assert_parts(&from_markdown(&text), Format::Teams, 300);
    assert!(parts.len() > 2);
    assert!(to_teams(&parts[0]).starts_with("<ol><li>item number 1</li>"));
    let all: Vec<String> = parts.iter().map(to_plain).collect();
    assert_eq!(all.join("\n"), text);
}
