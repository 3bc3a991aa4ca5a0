//! Documents and texts of all shapes, with what is most likely to go wrong in them.

use proptest::prelude::*;

use crate::text::{Block, Document, Marks, Run, Span};

/// Words with markup, invisible characters, emoji, and URLs among them.
pub(super) fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => "[a-zA-Z0-9]{1,6}".prop_map(String::from),
        3 => Just(" ".to_owned()),
        2 => url(),
        2 => prop::sample::select(NASTY.as_slice()).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(part, 0..10).prop_map(|parts| parts.concat())
}

pub(super) fn url() -> impl Strategy<Value = String> {
    "(https?://[a-z]{1,5}\\.example(/[a-zA-Z0-9_*~()\\[\\]&=?%#;:@!$,.'-]{0,12})?|mailto:[a-z]{1,4}@x\\.example)"
        .prop_map(String::from)
}

const NASTY: [&str; 40] = [
    "\n",
    "\n\n",
    "\r\n",
    "\t",
    "\u{a0}",
    "\u{200b}",
    "\u{feff}",
    "\0",
    "\u{202e}",
    "\u{2028}",
    "*",
    "_",
    "~",
    "`",
    "```",
    "**",
    "~~",
    "[",
    "](",
    ")",
    "<",
    ">",
    "&",
    "&amp;",
    "<b>",
    "</p>",
    "<at>",
    "</at>",
    "\"",
    "'",
    "\\",
    "#",
    "- ",
    "1. ",
    "> ",
    "|",
    "!",
    "👨‍👩‍👧",
    "é",
    "=",
];

pub(super) fn document() -> impl Strategy<Value = Document> {
    prop::collection::vec(block(), 0..5).prop_map(Document::new)
}

fn block() -> impl Strategy<Value = Block> {
    let leaf = prop_oneof![
        6 => spans().prop_map(Block::Paragraph),
        1 => text().prop_map(Block::Preformatted),
        1 => Just(Block::Rule),
    ];
    leaf.prop_recursive(3, 20, 3, |inner| {
        let blocks = prop::collection::vec(inner, 1..3);
        prop_oneof![
            blocks.clone().prop_map(Block::Quote),
            (prop::option::of(0..20_u32), prop::collection::vec(blocks, 1..3))
                .prop_map(|(first, items)| Block::List { first, items }),
        ]
    })
}

pub(super) fn spans() -> impl Strategy<Value = Vec<Span>> {
    prop::collection::vec(span(), 0..6)
}

fn span() -> impl Strategy<Value = Span> {
    let run = prop_oneof![
        6 => text().prop_map(Run::Text),
        1 => text().prop_map(Run::Code),
        2 => (text(), url()).prop_map(|(text, url)| Run::Link { text, url }),
        1 => text().prop_map(Run::Mention),
        1 => text().prop_map(Run::Picture),
        1 => Just(Run::Break),
    ];
    let marks =
        prop_oneof![
            Just(Marks::default()),
            (any::<bool>(), any::<bool>(), any::<bool>())
                .prop_map(|(bold, italic, strike)| Marks { bold, italic, strike }),
        ];
    (run, marks).prop_map(|(run, marks)| Span { run, marks })
}

/// The links of a document, in order.
pub(super) fn urls(blocks: &[Block]) -> Vec<String> {
    let of_span = |span: &Span| match &span.run {
        Run::Link { url, .. } => Some(url.clone()),
        _ => None,
    };
    let of_block = |block: &Block| match block {
        Block::Paragraph(spans) => spans.iter().filter_map(of_span).collect(),
        Block::List { items, .. } => items.iter().flat_map(|item| urls(item)).collect(),
        Block::Quote(inner) => urls(inner),
        Block::Preformatted(_) | Block::Rule => Vec::new(),
    };
    blocks.iter().flat_map(of_block).collect()
}
