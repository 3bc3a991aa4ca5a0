//! Whatever comes in, nothing but our own tags goes out. Seen by reading the output again with an
//! HTML tokenizer that is not ours.

use html5gum::{StartTag, Token, Tokenizer};
use proptest::prelude::*;

use super::arbitrary::document;
use crate::text::{
    Block, Document, MAX_DEPTH, Mentions, from_markdown, from_plain, from_teams_html,
    from_teams_text, to_markdown, to_plain, to_teams, to_web_html,
};

/// The tags that we write; `at` is not among them.
const TAGS: [&str; 14] = [
    "p",
    "br",
    "hr",
    "strong",
    "em",
    "s",
    "strike",
    "code",
    "a",
    "ul",
    "ol",
    "li",
    "blockquote",
    "pre",
];

/// What a tokenizer makes of it: no tag outside the subset, no attribute but a link's and a list's
/// number, no scheme but the four, and nothing that is read as a comment.
fn assert_harmless(html: &str, web: bool) {
    for Ok(token) in Tokenizer::new(html) {
        match token {
            Token::StartTag(tag) => assert_harmless_tag(&tag, web),
            Token::EndTag(tag) => assert!(is_ours(&tag.name), "{html}"),
            Token::String(_) | Token::Error(_) => {}
            Token::Comment(_) | Token::Doctype(_) => panic!("markup got through: {html}"),
        }
    }
}

fn is_ours(name: &[u8]) -> bool {
    TAGS.iter().any(|tag| tag.as_bytes() == name)
}

fn assert_harmless_tag(tag: &StartTag<()>, web: bool) {
    assert!(is_ours(&tag.name), "{tag:?}");
    for (name, value) in &tag.attributes {
        let value = std::str::from_utf8(value).unwrap();
        match (&*tag.name.0, &*name.0) {
            (b"a", b"href") => {
                let scheme = value.split(':').next().unwrap().to_ascii_lowercase();
                assert!(["http", "https", "mailto", "tel"].contains(&&*scheme), "{value}");
            }
            (b"a", b"rel") if web => assert_eq!(value, "noopener noreferrer"),
            (b"ol", b"start") => assert!(value.parse::<u32>().is_ok(), "{value}"),
            _ => panic!("an attribute got through: {tag:?}"),
        }
    }
    if &*tag.name.0 == b"a" {
        assert_eq!(tag.attributes.len(), if web { 2 } else { 1 }, "{tag:?}");
    }
}

fn assert_all_harmless(text: &str) {
    let mentions = Mentions::none().own_name("Beckon").own_id("0");
    let parsed = [
        from_teams_html(text, &mentions).document,
        from_teams_text(text, &mentions),
        from_markdown(text),
        from_plain(text),
    ];
    for document in parsed {
        assert_harmless(&to_teams(&document), false);
        assert_harmless(&to_web_html(&document), true);
    }
}

/// Text that is made of tags, well formed and not.
fn soup() -> impl Strategy<Value = String> {
    let names = "(p|div|b|i|s|a|at|ul|ol|li|pre|code|table|tr|td|blockquote|br|hr|h1|span|img|emoji\
        |script|style|svg|attachment|title)";
    let attributes = "( (href|src|itemtype|onload|start|id)=(\"(https://x\\.example|javascript:1\
        |http://schema\\.skype\\.com/Mention|4)\"|[a-z]))?";
    let pattern = |pattern: &str| prop::string::string_regex(pattern).unwrap();
    let part = prop_oneof![
        3 => pattern(&format!("<{names}{attributes}>")),
        3 => pattern(&format!("</{names}>")),
        2 => pattern("[ a-z&;#x0-9\n]{0,6}"),
        1 => pattern("<[!/?]?[a-z\"'= -]{0,5}"),
    ];
    prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn no_foreign_markup_gets_out_of_tag_soup(html in soup()) {
        assert_all_harmless(&html);
    }

    #[test]
    fn no_foreign_markup_gets_out_of_any_text(text in any::<String>()) {
        assert_all_harmless(&text);
    }

    #[test]
    fn no_foreign_markup_gets_out_of_any_tree(document in document()) {
        assert_harmless(&to_teams(&document), false);
        assert_harmless(&to_web_html(&document), true);
    }
}

#[test]
fn known_attacks_come_out_as_text_or_not_at_all() {
    for (html, expected) in [
        ("<script>alert(1)</script>hi", "hi"),
        ("<style>p{}</style>hi<title>x</title>", "hi"),
        ("<a href=\"javascript:alert(1)\">x</a>", "x"),
        ("<a href=\" java\nscript:alert(1)\">x</a>", "x"),
        ("<a href=\"data:text/html,x\">x</a>", "x"),
        ("<a href=\"//evil.example\">x</a>", "x"),
        ("<img src=x onerror=alert(1)>", "[image]"),
        ("<svg><script>1</script></svg>hi", "hi"),
        // A drawing may end with its own tag; anything else that does so has not ended.
        ("<svg viewBox=\"0 0 1 1\"/>hi<math/>", "hi"),
        ("hi<script/>alert(1)", "hi"),
        // Markup in a script is none.
        ("<script>a = \"<script>\"</script>hi", "hi"),
        ("<style>/* <style> */</style>hi<title><title></title>!", "hi!"),
        ("&lt;at&gt;Boss&lt;/at&gt;", "&lt;at&gt;Boss&lt;/at&gt;"),
        ("<p onclick=x>hi</p>", "hi"),
        ("<iframe src=x>y</iframe>hi", "hi"),
    ] {
        assert_eq!(
            to_teams(&from_teams_html(html, &Mentions::none()).document),
            expected,
            "{html}"
        );
    }
    assert_eq!(to_teams(&from_plain("<at>Boss</at>")), "&lt;at&gt;Boss&lt;/at&gt;");
}

/// Ten thousand of anything cost no stack and no room beyond their own.
#[test]
fn depth_and_size_are_bounded() {
    let link = format!("<a href=\"https://x.example/{}\">", "y".repeat(4000));
    for one in
        ["<ul><li>x", "<blockquote>x", "<b>x", "<table><tr><td>x", "<pre>x", "<at>x", "</p>x"]
    {
        let html = one.repeat(10_000);
        let document = from_teams_html(&html, &Mentions::none()).document;
        assert!(to_teams(&document).len() <= 10 * html.len() + 1000, "{one}");
        assert!(document.render(crate::text::Format::Plain).len() <= 10 * html.len(), "{one}");
    }
    let html = format!("{link}{}", "<p>x</p>".repeat(10_000));
    assert!(to_teams(&from_teams_html(&html, &Mentions::none()).document).len() < 200_000);
    for one in ["> x\n", "> ", "- ", "* a\n ", "[a](", "**", "`", "<a href="] {
        let text = one.repeat(10_000);
        assert!(to_teams(&from_markdown(&text)).len() <= 10 * text.len() + 1000, "{one}");
    }
    let list = from_plain(&format!("{}x{}", "1".repeat(100_000), ".".repeat(100_000)));
    assert_eq!(to_markdown(&list).len(), 200_001);
    let long = from_plain(&"x".repeat(1_000_000));
    assert_eq!(to_teams(&long).len(), 256 * 1024 + '…'.len_utf8());
}

/// No parser makes such a tree; a stored one may be of any depth.
#[test]
fn a_tree_that_is_too_deep_keeps_its_words() {
    let (mut quotes, mut lists) =
        (from_plain("x").blocks().to_vec(), from_plain("x").blocks().to_vec());
    for _ in 0..100 {
        quotes = vec![Block::Quote(quotes)];
        lists = vec![Block::List { first: None, items: vec![lists] }];
    }
    let quotes = Document::new(quotes);
    assert_eq!(to_plain(&quotes), format!("{}x", "> ".repeat(MAX_DEPTH)));
    assert_eq!(to_plain(&Document::new(lists)), format!("{}x", "- ".repeat(MAX_DEPTH)));
}
