//! Card clicks as different clients send them.

use serde_json::{Value, json};

use super::*;
use crate::activity::Activity;

fn invoke(name: &str, value: &Value) -> Activity {
    let body = json!({
        "type": "invoke",
        "name": name,
        "channelId": "msteams",
        "serviceUrl": "https://smba.trafficmanager.net/amer/",
        "conversation": {"id": "a:1"},
        "value": value,
    });
    Activity::parse(body.to_string().as_bytes()).unwrap()
}

#[test]
fn a_click_is_read_and_what_is_unknown_is_kept() {
    let value = json!({
        "action": {
            "type": "Action.Execute", "id": null, "verb": "accept", "title": "Accept",
            "data": {"invitation": "i1", "note": "hello"},
        },
        "trigger": "manual",
        "inputs": {"note": "hello"},
    });
    let click = invoke(ADAPTIVE_CARD_ACTION, &value).card_action().unwrap().unwrap();
    assert_eq!(click.verb(), "accept");
    assert_eq!(click.data("invitation"), Some(&json!("i1")));
    assert!(!click.is_refresh());
    let mut expected = value;
    expected["action"].as_object_mut().unwrap().remove("id");
    assert_eq!(serde_json::to_value(&click).unwrap(), expected);
}

#[test]
fn thin_values_of_other_clients_suffice() {
    for value in [
        json!({"action": {}}),
        json!({"action": {"id": 7, "data": "text"}, "trigger": null}),
        json!(r#"{"action": {"type": "Action.Submit"}}"#),
    ] {
        let click = invoke(ADAPTIVE_CARD_ACTION, &value).card_action().unwrap().unwrap();
        assert_eq!((click.verb(), click.data("x"), click.is_refresh()), ("", None, false));
    }
    let refresh = json!({"action": {"verb": "refresh"}, "trigger": "automatic"});
    let refresh = invoke(ADAPTIVE_CARD_ACTION, &refresh).card_action().unwrap().unwrap();
    assert!(refresh.is_refresh());
}

#[test]
fn what_is_no_card_action_is_told_apart_from_a_broken_one() {
    for value in [Value::Null, json!({}), json!([]), json!("x"), json!({"action": "accept"})] {
        let outcome = invoke(ADAPTIVE_CARD_ACTION, &value).card_action();
        assert_eq!(outcome, Some(Err(CardActionError)), "{value}");
    }
    assert_eq!(invoke("task/fetch", &json!({"action": {}})).card_action(), None);
    let mut message = invoke(ADAPTIVE_CARD_ACTION, &json!({"action": {}}));
    message.kind = crate::activity::ActivityType::Message;
    assert_eq!(message.card_action(), None);
}
