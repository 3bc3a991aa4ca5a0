//! Markdown, read and written.

use crate::text::{from_markdown, to_markdown, to_teams};

#[test]
fn markdown_is_read_as_a_chat_means_it() {
    for (text, expected) in [
        ("**b** *i* ~~s~~ `c`", "<strong>b</strong> <em>i</em> <strike>s</strike> <code>c</code>"),
        ("# Head\ntext", "<strong>Head</strong><br><br>text"),
        ("one\ntwo\n\n\n\nthree", "one<br>two<br><br>three"),
        ("- a\n  - b\n- c", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("3. a\n4. b", "<ol start=\"3\"><li>a</li><li>b</li></ol>"),
        ("> said\n\nanswer", "<blockquote>said</blockquote>answer"),
        ("```rust\nlet  a;\n\n\nb\n```", "<pre>let  a;\n\n\nb</pre>"),
        ("|a|b|\n|-|-|\n|c|d|", "a | b<br>c | d"),
        ("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"),
        ("<div>\nx\n</div>", "&lt;div&gt;<br>x<br>&lt;/div&gt;"),
        ("[t](https://x.example/?a=1&b=2)", "<a href=\"https://x.example/?a=1&amp;b=2\">t</a>"),
        ("[t](javascript:alert(1))", "t"),
        ("![cat](https://x.example/c.png)", "<a href=\"https://x.example/c.png\">cat</a>"),
        ("![cat](cat.png)", "[image: cat]"),
        ("<https://x.example>", "<a href=\"https://x.example\">https://x.example</a>"),
        (
            "see https://x.example/a_b_c now",
            "see <a href=\"https://x.example/a_b_c\">https://x.example/a_b_c</a> now",
        ),
        ("a\n\n---\n\nb", "a<br><br>———<br><br>b"),
    ] {
        assert_eq!(to_teams(&from_markdown(text)), expected, "{text}");
    }
}

#[test]
fn what_was_read_is_written_the_same() {
    for text in [
        "**b** *i* ~~s~~ `c` ***both***",
        "- a\n\n  - b\n- c",
        "1. a\n2. b\n\n1) again",
        "> said\n> \\- not a list\n\nanswer\\\nline",
        "````\n```\n````",
        "[t](<https://x.example/?a=1\\&b>) <https://x.example/a_b>",
        "\\# \\*no\\* 1.5",
        "1\\. no\n\n***",
    ] {
        let again = to_markdown(&from_markdown(text)).replace(">\n", "\n");
        assert_eq!(from_markdown(&again), from_markdown(text), "{text} → {again}");
    }
}
