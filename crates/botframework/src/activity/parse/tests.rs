//! What is refused, and under which name.

use serde_json::{Value, json};

use super::*;
use crate::activity::ActivityType;

fn minimal() -> Value {
    json!({
        "type": "message",
        "channelId": "msteams",
        "serviceUrl": "https://smba.trafficmanager.net/amer/",
        "conversation": {"id": "a:1"},
    })
}

fn parse_value(value: &Value) -> Result<Activity, ParseError> {
    Activity::parse(value.to_string().as_bytes())
}

#[test]
fn the_required_fields_suffice() {
    let activity = parse_value(&minimal()).unwrap();
    assert_eq!(activity.kind, ActivityType::Message);
    assert_eq!(serde_json::to_value(&activity).unwrap(), minimal());
}

#[test]
fn each_required_field_is_named_when_missing_null_or_empty() {
    for (field, pointer) in REQUIRED {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        for replacement in [None, Some(Value::Null), Some(json!(""))] {
            let mut body = minimal();
            let object = body.pointer_mut(parent).unwrap().as_object_mut().unwrap();
            match replacement {
                None => object.remove(key),
                Some(value) => object.insert(key.to_owned(), value),
            };
            assert_eq!(parse_value(&body), Err(ParseError::Missing { field }), "{body}");
        }
    }
    let mut body = minimal();
    body["conversation"] = Value::Null;
    assert_eq!(parse_value(&body), Err(ParseError::Missing { field: "conversation.id" }));
}

#[test]
fn a_field_of_the_wrong_type_is_named() {
    for (pointer, value, field) in [
        ("/type", json!(5), "type"),
        ("/channelId", json!(["msteams"]), "channelId"),
        ("/serviceUrl", json!("urn:botframework:websocket"), "serviceUrl"),
        ("/serviceUrl", json!("https://u@smba.trafficmanager.net/"), "serviceUrl"),
        ("/conversation", json!("a:1"), "conversation"),
        ("/conversation/id", json!({}), "conversation.id"),
        ("/text", json!(7), "text"),
        ("/from", json!("29:1"), "from"),
        ("/from", json!({"id": {}}), "from.id"),
        ("/attachments", json!("x"), "attachments"),
        ("/membersAdded", json!([{"id": "1"}, {"id": []}]), "membersAdded[1].id"),
    ] {
        let mut body = minimal();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap()[key] = value;
        assert_eq!(parse_value(&body), Err(ParseError::Invalid { field: field.into() }), "{body}");
    }
}

#[test]
fn a_flaw_in_what_only_describes_does_not_lose_the_activity() {
    for (field, value) in [
        ("locale", json!(5)),
        ("locale", json!({"language": "de"})),
        ("timestamp", json!(1_788_220_800)),
        ("localTimestamp", json!(false)),
        ("localTimezone", json!(["Europe/Zurich"])),
        ("textFormat", json!(1)),
        ("summary", json!({})),
        ("valueType", json!(1.5)),
        ("from", json!({})),
        ("from", json!({"id": null, "name": "Ada"})),
        ("recipient", json!({"name": "Bot"})),
    ] {
        let mut body = minimal();
        body[field] = value;
        let activity = parse_value(&body).unwrap();
        assert_eq!(serde_json::to_value(&activity).unwrap(), minimal(), "{body}");
    }
}

#[test]
fn what_is_not_one_json_object_is_not_json() {
    let whole = minimal().to_string();
    let mut cases: Vec<Vec<u8>> = ["", " ", "null", "[]", "\"x\"", "{", "{}{}", "{\"type\":}"]
        .into_iter()
        .map(|text| text.as_bytes().to_vec())
        .collect();
    cases.extend((1..whole.len()).map(|end| whole.as_bytes()[..end].to_vec()));
    cases.push(format!("{whole} x").into_bytes());
    cases.push([&[0xef, 0xbb, 0xbf], whole.as_bytes()].concat());
    cases.push(whole.replace("a:1", "\u{1}").into_bytes());
    cases.push([&whole.as_bytes()[..20], &[0xff, 0xfe], &whole.as_bytes()[20..]].concat());
    for case in cases {
        let text = String::from_utf8_lossy(&case).into_owned();
        assert_eq!(Activity::parse(&case), Err(ParseError::NotJson), "{text}");
    }
    assert_eq!(Activity::parse(b"{}"), Err(ParseError::Missing { field: "type" }));
}

#[test]
fn size_and_depth_are_capped_at_the_byte_and_the_level() {
    let body = minimal().to_string();
    let exact = ParseLimits { max_bytes: body.len(), ..ParseLimits::default() };
    assert!(Activity::parse_within(body.as_bytes(), &exact).is_ok());
    let short = ParseLimits { max_bytes: body.len() - 1, ..exact };
    let error = Activity::parse_within(body.as_bytes(), &short);
    assert_eq!(error, Err(ParseError::TooLarge { limit: body.len() - 1 }));

    let nested = |levels: usize| {
        let deep = format!("{}{}", "[".repeat(levels - 1), "]".repeat(levels - 1));
        body.replacen('{', &format!("{{\"value\":{deep},"), 1)
    };
    assert!(Activity::parse(nested(64).as_bytes()).is_ok());
    assert_eq!(Activity::parse(nested(65).as_bytes()), Err(ParseError::TooDeep { limit: 64 }));
    let bomb = "[".repeat(500_000);
    assert_eq!(Activity::parse(bomb.as_bytes()), Err(ParseError::TooDeep { limit: 64 }));
}

#[test]
fn a_repeated_field_is_refused() {
    for repeated in [
        r#"{"serviceUrl":"https://evil.example/","#,
        r#"{"locale":5,"locale":"de","#,
        r#"{"from":{"id":"29:1","id":"29:2"},"#,
        r#"{"from":{"id":"29:1","aadObjectId":"a","aadObjectId":"b"},"#,
    ] {
        let body = minimal().to_string().replacen('{', repeated, 1);
        let outcome = Activity::parse(body.as_bytes());
        assert!(matches!(outcome, Err(ParseError::Invalid { .. })), "{body}");
    }
}
