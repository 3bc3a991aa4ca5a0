//! Typed commands.

use crate::text::Typed::{self, End, Help, NotACommand, Park, Unknown, Unpark, WithMore};
use crate::text::{Mentions, command, from_teams_html, to_plain};

#[test]
fn commands_and_what_only_looks_like_them() {
    let table: [(&str, Typed<'_>); 33] = [
        ("/end", End),
        ("end!", End),
        ("END!", End),
        (" \u{200b}/End\u{a0}\n", End),
        ("/end.", End),
        ("/end!", End),
        ("/park", Park),
        ("/unpark", Unpark),
        ("/HELP?", Help),
        ("/end now", WithMore("/end")),
        ("/Park: lunch", WithMore("/Park")),
        ("/end, I am off", WithMore("/end")),
        ("/parking", Unknown("/parking")),
        ("/transfer billing", Unknown("/transfer")),
        ("/note\nline", Unknown("/note")),
        ("/über-uns", Unknown("/über-uns")),
        ("/etc", Unknown("/etc")),
        ("/etc/x y", NotACommand),
        ("/etc/hosts", NotACommand),
        ("/tmp.txt", NotACommand),
        ("/end/", NotACommand),
        ("//", NotACommand),
        ("/", NotACommand),
        ("/ end", NotACommand),
        ("/5", NotACommand),
        ("and/or", NotACommand),
        ("please type /end", NotACommand),
        ("end", NotACommand),
        ("the end!", NotACommand),
        ("end!!", NotACommand),
        ("https://x.example/end", NotACommand),
        ("", NotACommand),
        ("> /end", NotACommand),
    ];
    for (text, expected) in table {
        assert_eq!(command(text), expected, "{text:?}");
    }
}

#[test]
fn a_command_below_a_quote_and_behind_a_mention_is_one() {
    let html = "<blockquote itemtype=\"http://schema.skype.com/Reply\"><p>are you there?</p></blockquote>\
        <p><span itemtype=\"http://schema.skype.com/Mention\" itemid=\"0\">Beckon</span>&nbsp;/end</p>";
    let document = from_teams_html(html, &Mentions::none().own_name("Beckon")).document;
    assert_eq!(command(&to_plain(&document.without_quotes())), End);
}
