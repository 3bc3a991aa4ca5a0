//! What holds for every document and every text.

use proptest::prelude::*;

use super::arbitrary::{document, text, url, urls};
use crate::text::{
    Block, Document, Format, Mentions, Run, from_markdown, from_plain, from_teams_html,
    to_markdown, to_plain, to_teams,
};

fn reread(document: &Document) -> Document {
    from_teams_html(&to_teams(document), &Mentions::none()).document
}

/// What is left of a document in Teams: names and pictures are text, and so are rules.
fn in_teams(blocks: &[Block]) -> Vec<Block> {
    let shown = |block: &Block| match block {
        Block::Paragraph(spans) => {
            let mut spans = spans.clone();
            for span in &mut spans {
                match &span.run {
                    Run::Mention(name) => span.run = Run::Text(format!("@{name}")),
                    Run::Picture(_) => {
                        let alone = Document::new(vec![Block::Paragraph(vec![span.clone()])]);
                        span.run = Run::Text(to_plain(&alone));
                    }
                    _ => {}
                }
            }
            Block::Paragraph(spans)
        }
        Block::List { first, items } => {
            Block::List { first: *first, items: items.iter().map(|item| in_teams(item)).collect() }
        }
        Block::Quote(inner) => Block::Quote(in_teams(inner)),
        Block::Preformatted(text) => Block::Preformatted(text.clone()),
        Block::Rule => {
            Block::Paragraph(vec![crate::text::Span::plain(Run::Text("———".to_owned()))])
        }
    };
    blocks.iter().map(shown).collect()
}

proptest! {
    #[test]
    fn the_canonical_form_is_its_own(document in document()) {
        prop_assert_eq!(&Document::new(document.blocks().to_vec()), &document);
    }

    #[test]
    fn a_stored_document_is_the_same(document in document()) {
        let json = serde_json::to_string(&document).unwrap();
        prop_assert_eq!(serde_json::from_str::<Document>(&json).unwrap(), document);
    }

    #[test]
    fn teams_reads_back_what_was_written(document in document()) {
        prop_assert_eq!(reread(&document), Document::new(in_teams(document.blocks())));
    }

    #[test]
    fn markdown_reads_back_the_same_words(document in document()) {
        let words = |document: &Document| to_plain(document).replace(char::is_whitespace, "");
        let again = from_markdown(&to_markdown(&document));
        prop_assert_eq!(words(&again), words(&document), "{}", to_markdown(&document));
    }

    #[test]
    fn urls_survive_every_route(before in "[a-z(\"„]{0,3}", url in url(), after in "[ .,;!?)\"]{0,3}") {
        let text = format!("{before} {url}{after} end");
        let document = from_plain(&text);
        let found = urls(document.blocks());
        prop_assert_eq!(found.len(), 1);
        // Punctuation that ends the sentence is no part of it; all the rest is, as it came.
        prop_assert!(url.starts_with(&found[0]) || found[0].starts_with(&url));
        for format in [Format::Teams, Format::WebHtml] {
            let html = document.render(format);
            prop_assert_eq!(&urls(from_teams_html(&html, &Mentions::none()).document.blocks()), &found);
        }
        prop_assert_eq!(&urls(from_markdown(&to_markdown(&document)).blocks()), &found);
        for format in [Format::Plain, Format::WhatsApp] {
            prop_assert_eq!(&urls(from_plain(&document.render(format)).blocks()), &found);
        }
    }

    #[test]
    fn every_url_is_written_as_it_is(document in document()) {
        for format in [Format::Plain, Format::WhatsApp] {
            let text = document.render(format);
            for url in urls(document.blocks()) {
                prop_assert!(text.contains(&url), "{url} in {text}");
            }
        }
    }

    #[test]
    fn there_is_one_empty_line_at_most(text in text()) {
        let html = format!("<p>{}</p>", text.replace('\n', "<br>"));
        for document in [from_plain(&text), from_teams_html(&html, &Mentions::none()).document] {
            prop_assert!(!to_plain(&document).contains("\n\n\n"));
            prop_assert!(!to_teams(&document).contains("<br><br><br>"));
        }
    }

    #[test]
    fn nothing_that_does_not_show_gets_out(text in any::<String>()) {
        for document in [from_plain(&text), from_markdown(&text), from_teams_html(&text, &Mentions::none()).document] {
            for format in [Format::Teams, Format::Plain, Format::WhatsApp, Format::WebHtml, Format::Markdown] {
                let bad = |c: char| {
                    (c.is_control() && c != '\n' && c != '\t')
                        || crate::text::is_bidi_mark(c)
                        || "\u{200b}\u{feff}\u{a0}".contains(c)
                };
                prop_assert!(!document.render(format).contains(bad));
            }
        }
    }
}
