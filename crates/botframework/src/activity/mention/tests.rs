//! What remains of a message when the mentions are gone.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::activity::Activity;

const BOT: &str = "28:11111111-2222-3333-4444-555555555555";

fn said(text: &str, entities: &Value) -> String {
    let body = json!({
        "type": "message",
        "channelId": "msteams",
        "serviceUrl": "https://smba.trafficmanager.net/amer/",
        "conversation": {"id": "19:x@thread.v2"},
        "recipient": {"id": BOT, "name": "Beckon"},
        "text": text,
        "entities": entities,
    });
    Activity::parse(body.to_string().as_bytes()).unwrap().text_without_mentions()
}

fn mention(id: &str, text: &str) -> Value {
    json!({"type": "mention", "mentioned": {"id": id, "name": "any"}, "text": text})
}

#[test]
fn the_bots_mention_goes_wherever_it_stands() {
    let bot = json!([mention(BOT, "<at>Beckon</at>")]);
    for (text, rest) in [
        ("<at>Beckon</at> help", "help"),
        ("<at>Beckon</at>\u{a0}help me", "help me"),
        ("help <at>Beckon</at>", "help"),
        ("please <at>Beckon</at> help", "please help"),
        ("<at>Beckon</at>", ""),
        ("<at>Beckon</at> say <at>Beckon</at>", "say"),
        ("no mention", "no mention"),
        ("<at>Beckon</at> line one\nline two", "line one\nline two"),
    ] {
        assert_eq!(said(text, &bot), rest, "{text:?}");
    }
}

#[test]
fn missing_or_useless_entities_change_nothing() {
    for entities in [
        Value::Null,
        json!([]),
        json!([null]),
        json!([{"type": "clientInfo", "country": "CH"}]),
        json!([{"type": "mention"}]),
        json!([{"type": "mention", "mentioned": {"id": BOT}}]),
        json!([{"type": "mention", "mentioned": "x", "text": 3}]),
        json!([mention(BOT, "")]),
        json!([mention(BOT, "<at>Other spelling</at>")]),
    ] {
        for text in ["<at>Beckon</at> help", "<at id=\"0\">beckon</at> help", "<AT>Bot</AT> help"] {
            assert_eq!(said(text, &entities), "help", "{text:?} {entities}");
        }
    }
}

#[test]
fn other_people_stay_in_the_sentence_by_name() {
    let both = json!([mention(BOT, "<at>Beckon</at>"), mention("29:ada", "<at>Ada</at>")]);
    assert_eq!(said("<at>Beckon</at> invite <at>Ada</at> now", &both), "invite Ada now");
    let ada = json!([mention("29:ada", "<at>Ada</at>")]);
    assert_eq!(said("<at>Ada</at> is here", &ada), "Ada is here");
    assert_eq!(said("<at>Beckon</at> <at>Ada</at> hi", &Value::Null), "Ada hi");
}

#[test]
fn what_only_looks_like_a_mention_stays() {
    for text in ["1 <at 2", "<attach>x</attach>", "<at>open", "</at>", "a < b > c", "<at", "x <at "]
    {
        assert_eq!(said(text, &Value::Null), text.trim(), "{text:?}");
    }
}

/// Time must grow with the text and not with its square: the largest message
/// with the most tags and entities that fit is read without being noticed.
#[test]
fn a_hostile_message_costs_no_more_than_its_size() {
    let tags = "<at>x</at>".repeat(50_000);
    let entities: Vec<_> = (0..2000).map(|at| mention(BOT, &format!("<at>{at}</at>"))).collect();
    let rest = said(&tags, &entities.into());
    assert_eq!(rest, "x".repeat(49_999));
}

proptest! {
    /// Any text with any fragments of tags is survived.
    #[test]
    fn no_input_breaks_it(parts in vec(
        prop_oneof!["<at>", "</at>", "<at id=\"1\">", "Beckon", "é\u{a0}İ", "\\PC{0,4}"], 0..12,
    )) {
        let rest = said(&parts.concat(), &Value::Null);
        prop_assert_eq!(rest.trim(), rest.as_str());
    }

    /// Complete tags go, names of others stay, and so does all other text.
    #[test]
    fn no_complete_tag_remains(parts in vec(
        prop_oneof!["<at>Beckon</at>", "<at id=\"7\">Ada</at>", "<AT>Bob</AT>", "[a-z ]{1,5}"],
        0..12,
    )) {
        let rest = said(&parts.concat(), &Value::Null);
        prop_assert!(!rest.contains('<') && !rest.contains("Beckon"), "{}", rest);
        let others = parts.iter().filter(|part| part.contains("Ada") || part.contains("Bob"));
        let kept = rest.matches("Ada").count() + rest.matches("Bob").count();
        // A leading mention is taken for the bot's as long as that has not come.
        prop_assert!(others.count() - kept <= 1, "{}", rest);
    }
}
