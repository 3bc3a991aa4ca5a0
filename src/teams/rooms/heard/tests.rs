use jiff::Timestamp;

use super::*;
use crate::teams::graph::{Mention, Sender};

const OWN: &str = "22222222-2222-4222-8222-222222222222";

fn read(content: &str, apps: &[&str]) -> Heard {
    let mention =
        |(id, app): (usize, &&str)| Mention { id: id.to_string(), app: Some((*app).to_owned()) };
    let message = ChatMessage {
        id: "1".to_owned(),
        from: Sender::Other,
        created: Timestamp::UNIX_EPOCH,
        modified: Timestamp::UNIX_EPOCH,
        edited: None,
        deleted: None,
        content_type: ContentType::Html,
        content: content.to_owned(),
        attachments: Vec::new(),
        mentions: apps.iter().enumerate().map(mention).collect(),
    };
    Heard::read(&message, OWN)
}

#[test]
fn of_what_is_read_back_the_bots_own_mention_is_no_text() {
    let heard = read("<p><at id=\"0\">Beckon</at> /end</p>", &[OWN]);
    assert_eq!((&*heard.text, &*heard.typed), ("/end", "/end"));
    let heard = read("<p><at id=\"0\">Beckon</at>&nbsp;hi</p>", &[&OWN.to_uppercase()]);
    assert_eq!(heard.text, "hi");
}

#[test]
fn a_mention_of_somebody_else_stays_though_they_are_called_the_same() {
    let other = "33333333-3333-4333-8333-333333333333";
    let content = "<p><at id=\"0\">Beckon</at> and <at id=\"1\">Beckon</at> /end</p>";
    assert_eq!(read(content, &[other, OWN]).text, "@Beckon and /end");
    assert_eq!(read("<p><at id=\"0\">Beckon</at> /end</p>", &[other]).text, "@Beckon /end");
}
