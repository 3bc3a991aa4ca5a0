//! Messages as Teams sends them: activities' HTML attachments and Graph's bodies.

use crate::text::{Mentions, from_teams_html, to_plain, to_teams};

/// Each element that Teams puts into messages, and its text.
const MESSAGES: &[(&str, &str)] = &[
    // Lines: each `p` or `div` is one; an empty one is an empty line.
    ("<div><div>Hello</div><div>you</div></div>", "Hello\nyou"),
    ("<p>one</p>\n<p>two</p>", "one\ntwo"),
    ("<p>one</p><p>&nbsp;</p><p>&nbsp;</p><p>two</p>", "one\n\ntwo"),
    ("<div>one</div><div><br></div><div>two</div>", "one\n\ntwo"),
    ("one<br>two<br/></p>", "one\ntwo"),
    ("<p>one<br><br><br>two</p>", "one\n\ntwo"),
    ("<p></p><p>\n</p>one<p></p>", "one"),
    // White space.
    ("<p>  a \n  b&nbsp;&nbsp;c </p>", "a b  c"),
    ("<p>a<b> b</b> <i> c</i></p>", "a b c"),
    ("<p>x\u{200b}\u{feff}\u{0}&#1;&#8238;y&#13;</p>", "xy"),
    ("<p>1 &lt; 2 &amp;amp; 3</p>", "1 < 2 &amp; 3"),
    // Marks and headings.
    ("<h1>Head</h1><p><u>u</u> <span style=\"x\">s</span></p>", "Head\nu s"),
    ("<p><b>open<i>crossed</b></i> end", "opencrossed end"),
    // Lists.
    (
        "<ul>\n<li>a</li>\n<li>b\n<ul>\n<li>c</li>\n</ul>\n</li>\n</ul>\n<p>d</p>",
        "- a\n- b\n  - c\nd",
    ),
    ("<ol start=\"4\"><li>a<li>b</ol>", "4. a\n5. b"),
    ("<ul><li>a</li><ul><li>b</li></ul></ul>", "- a\n  - b"),
    ("<ol><li><p>a</p><p>b</p></li></ol>", "1. a\n  b"),
    ("</ul><li>alone</li>", "alone"),
    // Tables.
    (
        "<table><tbody><tr><td><p>a</p></td><td><p>b</p><p>c</p></td></tr><tr><td>d</td><td></td><td>e</td></tr></tbody></table><p>f</p>",
        "a | b c\nd | | e\nf",
    ),
    // Emoji and pictures.
    (
        "<p>hi <img itemscope itemtype=\"http://schema.skype.com/Emoji\" itemid=\"1f642_smile\" alt=\"🙂\">!</p>",
        "hi 🙂!",
    ),
    ("<img itemtype=\"http://schema.skype.com/Emoji\" itemid=\"cool\" alt=\"cool\">", "cool"),
    ("<img itemtype=\"http://schema.skype.com/CustomEmoji\" alt=\":ship:\">", ":ship:"),
    ("<emoji id=\"laugh\" alt=\"😆\" title=\"Laugh\"></emoji> ha", "😆 ha"),
    ("<customemoji id=\"x\" alt=\"party\" source=\"https://x.example\"></customemoji>", ":party:"),
    (
        "<p>see <img itemtype=\"http://schema.skype.com/AMSImage\" src=\"https://x.example\" alt=\"image\" width=\"2\"></p>",
        "see [image]",
    ),
    ("<img src=\"x\" alt=\"a plan\"><video src=\"x\"></video>", "[image: a plan][video]"),
    // Links.
    (
        "<a href=\"https://x.example/?a=1&amp;b=2\" title=\"t\">text</a>",
        "text (https://x.example/?a=1&b=2)",
    ),
    ("<a href=\"https://x.example\">https://x.example</a>", "https://x.example"),
    ("<a href=\"mailto:a@x.example\"><b>a</b>@x</a>", "a@x (mailto:a@x.example)"),
    ("see<a href=\"tel:+49 1\"> us </a>now", "see us now"),
    ("see<a href=\"tel:+491\"> us </a>now", "see us (tel:+491) now"),
    ("<a href=\"https://x.example\"><p>a</p><p>b</p></a>c", "a (https://x.example)\nb\nc"),
    ("<a href=\"https://x.example\"> <br></a>c", "c"),
    ("<p>https://x.example/typed.</p>", "https://x.example/typed."),
    // Quotes and code.
    (
        "<blockquote itemscope itemtype=\"http://schema.skype.com/Reply\" itemid=\"17\"><strong itemprop=\"mri\">Ada</strong><span itemprop=\"time\"></span><p itemprop=\"preview\">where?</p></blockquote><p>here</p>",
        "> Ada\n> where?\nhere",
    ),
    ("<pre>a\n\n\n  b\t<b>c</b>&lt;</pre>d", "a\n\n\n  b\tc<\nd"),
    (
        "<pre>see <a href=\"https://x.example\">the\n plan</a>;\n</pre>",
        "see the plan (https://x.example);",
    ),
    ("<pre><a href=\"https://x.example\">https://x.example</a>\nb</pre>", "https://x.example\nb"),
    ("<codeblock class=\"Json\"><code>{<br>  1<br>}</code></codeblock>", "{\n  1\n}"),
    ("<p>run <code>cargo&nbsp; x</code>.</p>", "run cargo  x."),
    ("a<hr>b", "a\n———\nb"),
    ("<dl><dt>t</dt><dd>d</dd></dl><font color=red>x</font>", "t\nd\nx"),
];

#[test]
fn messages_read_as_people_see_them() {
    for (html, expected) in MESSAGES {
        let parsed = from_teams_html(html, &Mentions::none());
        assert_eq!(to_plain(&parsed.document), *expected, "{html}");
    }
}

#[test]
fn the_bots_own_mention_goes_and_others_are_names() {
    let bot = Mentions::none().own_name("Beckon Bot");
    let graph = Mentions::none().own_id("0");
    for (mentions, html, expected) in [
        (
            &bot,
            "<p><span itemscope itemtype=\"http://schema.skype.com/Mention\" itemid=\"0\">Beckon Bot</span>&nbsp;hello</p>",
            "hello",
        ),
        (&bot, "<p>hey <at>Beckon Bot</at> and <at>Ada</at>,</p>", "hey and @Ada,"),
        (&bot, "<p>hey<at>Beckon Bot</at> you</p>", "hey you"),
        (&bot, "<p><at>Beckon</at> x</p>", "@Beckon x"),
        (
            &graph,
            "<div><at id=\"0\">Beckon</at>&nbsp; hi <at id=\"1\">Beckon</at></div>",
            "hi @Beckon",
        ),
        (
            &graph,
            "<p><at id=\"1\"><span>Ada</span> B</at>!<at id=\"0\">not closed</p><p>x</p>",
            "@Ada B!\nx",
        ),
        (&bot, "<pre>a <at>Ada</at></pre>", "a @Ada"),
    ] {
        let text = to_plain(&from_teams_html(html, mentions).document);
        assert_eq!(text, expected, "{html}");
    }
}

#[test]
fn what_text_cannot_carry_is_counted() {
    let html = "<p>two files</p><attachment id=\"a1\"></attachment><attachment id=\"b2\"></attachment>\
        <img itemtype=\"http://schema.skype.com/AMSImage\" src=\"x\"><emoji alt=\"x\"></emoji>";
    let parsed = from_teams_html(html, &Mentions::none());
    assert_eq!(parsed.attachments, ["a1", "b2"]);
    assert_eq!(parsed.media, 1);
    assert_eq!(to_teams(&parsed.document), "two files<br>[image]x");
    let only =
        from_teams_html("<attachment id=\"a\"></attachment><p>&nbsp;</p>", &Mentions::none());
    assert!(only.document.is_empty());
    assert_eq!(only.attachments.len(), 1);
    let many = "<attachment id=x>".repeat(1000);
    assert_eq!(from_teams_html(&many, &Mentions::none()).attachments.len(), 64);
}
