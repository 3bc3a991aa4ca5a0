//! One message as each channel gets it.

use crate::text::{
    Format, Mentions, from_plain, from_teams_html, to_markdown, to_plain, to_teams, to_web_html,
    to_whatsapp,
};

const HTML: &str = "<p>Hi <at id=\"1\">Ada</at>, <strong>read </strong><a href=\"https://x.example/?a=1&amp;b=2\">this</a>:</p>\
    <ul><li>one</li><li><em>two</em><ol><li>deep</li></ol></li></ul>\
    <blockquote>said</blockquote><p>run <code>a*b</code></p><pre>x\n  y</pre><p>&nbsp;</p>\
    <p>snake_case <s>*old*</s></p>";

#[test]
fn each_channel_gets_its_own() {
    let document = from_teams_html(HTML, &Mentions::none()).document;
    assert_eq!(
        to_plain(&document),
        "Hi @Ada, read this (https://x.example/?a=1&b=2):\n- one\n- two\n  1. deep\n> said\n\
         run a*b\nx\n  y\nsnake_case *old*"
    );
    assert_eq!(
        to_whatsapp(&document),
        "Hi @Ada, *read* this (https://x.example/?a=1&b=2):\n- one\n- _two_\n  1. deep\n> said\n\
         run `a*b`\n```x\n  y```\nsnake_case ~*\u{2060}old\u{2060}*~"
    );
    assert_eq!(
        to_web_html(&document),
        "<p>Hi @Ada, <strong>read </strong><a href=\"https://x.example/?a=1&amp;b=2\" \
         rel=\"noopener noreferrer\">this</a>:</p><ul><li>one</li><li><em>two</em><ol><li>deep</li>\
         </ol></li></ul><blockquote><p>said</p></blockquote><p>run <code>a*b</code></p>\
         <pre>x\n  y</pre><p>snake_case <s>*old*</s></p>"
    );
    assert_eq!(
        to_teams(&document),
        "Hi @Ada, <strong>read </strong><a href=\"https://x.example/?a=1&amp;b=2\">this</a>:<ul>\
         <li>one</li><li><em>two</em><ol><li>deep</li></ol></li></ul><blockquote>said</blockquote>\
         run <code>a*b</code><pre>x\n  y</pre>snake_case <strike>*old*</strike>"
    );
    assert_eq!(
        to_markdown(&document),
        "Hi @Ada, **read** [this](<https://x.example/?a=1\\&b=2>):\n\n- one\n- *two*\n\n  1. deep\n\n\
         > said\n\nrun `a*b`\n\n```\nx\n  y\n```\n\nsnake\\_case ~~\\*old\\*~~"
    );
}

#[test]
fn whatsapp_marks_stand_only_where_they_are_read() {
    let read = |html: &str| from_teams_html(html, &Mentions::none()).document;
    for (html, expected) in [
        ("a<b>b</b>c", "abc"),
        ("<b> b </b>c", "*b* c"),
        ("<b><i><s>x</s></i></b>", "~*_x_*~"),
        ("<b>one<br>two</b>", "*one*\n*two*"),
        ("*typed* a_b", "*typed* a_b"),
        ("*typed* <b>x</b>", "*\u{2060}typed\u{2060}* *x*"),
        ("<code>a`b</code>", "a`b"),
    ] {
        assert_eq!(read(html).render(Format::WhatsApp), expected, "{html}");
    }
}

#[test]
fn a_url_never_runs_into_the_words_beside_it() {
    let read = |html: &str| to_plain(&from_teams_html(html, &Mentions::none()).document);
    let link = "<a href=\"https://x.example\">https://x.example</a>";
    assert_eq!(read(&format!("see{link}now")), "see https://x.example now");
    assert_eq!(read(&format!("({link}).")), "(https://x.example).");
    assert_eq!(read(&format!("{link}<b>now</b>")), "https://x.example now");
}

#[test]
fn quotes_take_no_more_room_than_they_need() {
    let document = from_plain("it's \"so\" <&>");
    assert_eq!(to_teams(&document), "it's \"so\" &lt;&amp;&gt;");
    let quoted = from_teams_html("<a href='https://x.example/?\"&#39;'>x</a>", &Mentions::none());
    assert_eq!(to_teams(&quoted.document), "<a href=\"https://x.example/?&quot;&#39;\">x</a>");
}
