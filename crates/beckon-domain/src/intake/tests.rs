use std::collections::HashSet;

use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::ids::{AgentId, InvitationId};

fn key(verb: &str, data: serde_json::Value, message: Option<&str>) -> CommandId {
    let click = Click {
        agent: AgentId(Uuid::max()),
        verb,
        data: serde_json::from_value(data).unwrap(),
        conversation: "a:1",
        kind: CopyKind::Invitation,
        message,
        activity: Some("f:1"),
        answered: true,
    };
    super::click(&click).unwrap().0
}

fn data(version: u32, inputs: &[(&str, &str)]) -> serde_json::Value {
    let mut data = json!({ "invitation": InvitationId(Uuid::nil()), "version": version });
    for (id, value) in inputs {
        data[*id] = json!(value);
    }
    data
}

#[test]
fn the_same_click_has_one_key_and_a_click_on_another_copy_its_own() {
    let key = |message| key("accept", data(1, &[]), message);
    assert_eq!(key(Some("1")), key(Some("1")));
    assert_ne!(key(Some("1")), key(Some("2")));
}

#[test]
fn verb_version_and_inputs_each_make_another_click() {
    let codes = [("codes:3", "billing"), ("tags:3", "")];
    let clicks = [
        ("finish", data(3, &[])),
        ("finish", data(3, &codes)),
        ("finish", data(4, &codes)),
        ("terminate", data(3, &codes)),
        ("finish", data(3, &[("codes:3", "billing"), ("tags:3", "angry")])),
        ("finish", data(3, &[("codes:3", "refund"), ("tags:3", "")])),
        ("finish", data(3, &[("codes:3", "billing")])),
        ("finish", data(3, &[("codes:3", "billin"), ("gtags:3", "")])),
    ];
    let keys: HashSet<_> =
        clicks.iter().map(|(verb, data)| key(verb, data.clone(), Some("1"))).collect();
    assert_eq!(keys.len(), clicks.len());
}

#[test]
fn the_order_of_the_inputs_and_what_clients_add_make_no_other_click() {
    let one = key("finish", data(3, &[("a", "1"), ("b", "2")]), None);
    let mut other = data(3, &[("b", "2"), ("a", "1")]);
    other["msteams"] = json!({ "type": "invoke" });
    other["count"] = json!(7);
    assert_eq!(key("finish", other, None), one);
}

#[test]
fn a_click_without_inputs_keeps_the_key_that_an_older_beckon_gave_it() {
    let (nil, max) = (Uuid::nil(), Uuid::max());
    let key = key("accept", data(1, &[]), Some("17"));
    assert_eq!(key.as_str(), format!("click:{nil}:{max}:accept:1:17"));
}

proptest! {
    /// Hostile inputs included: two sets of inputs share a key exactly when they are equal, and no
    /// input can make the key of a click without inputs.
    #[test]
    fn inputs_share_a_key_only_when_they_are_equal(
        one in prop::collection::btree_map("[a-b:\u{0}]{1,3}", "[0-1:\u{0}]{0,3}", 0..3),
        other in prop::collection::btree_map("[a-b:\u{0}]{1,3}", "[0-1:\u{0}]{0,3}", 0..3),
    ) {
        let key = |inputs: &BTreeMap<String, String>| {
            let inputs: Vec<_> = inputs.iter().map(|(id, value)| (&**id, &**value)).collect();
            key("accept", data(1, &inputs), Some("1"))
        };
        prop_assert_eq!(key(&one) == key(&other), one == other);
    }
}
