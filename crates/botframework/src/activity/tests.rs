//! The loose inbound model: nothing that came in is lost.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e9..1e9_f64).prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec(("[a-z]{1,6}", inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Members no schema knows: their names start with `x-`.
fn unknown() -> impl Strategy<Value = Map<String, Value>> {
    vec(("x-[a-zA-Z]{1,8}", any_json()), 0..4).prop_map(|members| members.into_iter().collect())
}

fn id() -> impl Strategy<Value = Value> {
    prop_oneof![any::<i64>().prop_map(Value::from), "[a-z0-9:@;=]{1,12}".prop_map(Value::from)]
}

fn object(known: Value, unknown: Map<String, Value>) -> Value {
    let Value::Object(mut members) = known else { unreachable!("an object literal") };
    members.extend(unknown);
    Value::Object(members)
}

prop_compose! {
    fn account()(id in id(), name in any_optional_text(), extra in unknown()) -> Value {
        object(json!({"id": id, "name": name, "aadObjectId": null}), extra)
    }
}

fn any_optional_text() -> impl Strategy<Value = Value> {
    prop_oneof![Just(Value::Null), "\\PC{0,12}".prop_map(Value::from)]
}

prop_compose! {
    fn wire_activity()(
        kind in "[a-zA-Z/]{1,12}",
        top in unknown(),
        conversation in (id(), unknown()),
        from in prop_oneof![Just(Value::Null), account()],
        members in vec(prop_oneof![Just(Value::Null), account()], 0..3),
        entity in unknown(),
        attachment in unknown(),
        text in any_optional_text(),
        value in any_json(),
        channel_data in any_json(),
        reply_to in prop_oneof![Just(Value::Null), id()],
    ) -> Value {
        let known = json!({
            "type": kind,
            "channelId": "msteams",
            "serviceUrl": "https://SMBA.trafficmanager.net:443/amer/",
            "conversation": object(json!({"id": conversation.0, "isGroup": null}), conversation.1),
            "from": from,
            "text": text,
            "replyToId": reply_to,
            "membersAdded": members,
            "membersRemoved": null,
            "entities": [object(json!({"type": "clientInfo"}), entity)],
            "attachments": [object(json!({"contentType": "text/html", "content": null}), attachment)],
            "value": value,
            "channelData": channel_data,
        });
        object(known, top)
    }
}

/// The same activity as this crate writes it: known optional members that are
/// `null` or empty lists are left out, ids are strings.
fn canonical(mut wire: Value) -> Value {
    fn prune(value: &mut Value, optional: &[&str], ids: &[&str]) {
        let Value::Object(members) = value else { return };
        members.retain(|name, value| {
            let nothing = value.is_null() || *value == json!([]);
            !(optional.contains(&name.as_str()) && nothing)
        });
        for id in ids {
            if let Some(number @ Value::Number(_)) = members.get_mut(*id) {
                *number = Value::String(number.to_string());
            }
        }
    }
    if let Some(Value::Array(members)) = wire.get_mut("membersAdded") {
        members.retain(|member| !member.is_null());
        for member in members {
            prune(member, &["name", "aadObjectId"], &["id"]);
        }
    }
    prune(&mut wire["from"], &["name", "aadObjectId"], &["id"]);
    prune(&mut wire["conversation"], &["isGroup"], &["id"]);
    prune(&mut wire["attachments"][0], &["content"], &[]);
    let lists = ["membersAdded", "membersRemoved"];
    for list in lists {
        prune(&mut wire, &[list], &[]);
    }
    if let Value::Object(members) = &mut wire {
        for optional in ["from", "text", "replyToId", "value", "channelData"] {
            if members.get(optional).is_some_and(Value::is_null) {
                members.remove(optional);
            }
        }
    }
    prune(&mut wire, &[], &["replyToId"]);
    wire
}

proptest! {
    #[test]
    fn a_round_trip_preserves_everything_unknown(wire in wire_activity()) {
        let activity = Activity::parse(wire.to_string().as_bytes()).unwrap();
        let written = serde_json::to_value(&activity).unwrap();
        prop_assert_eq!(&written, &canonical(wire));
        // What was written reads back as the same activity.
        prop_assert_eq!(Activity::parse(written.to_string().as_bytes()).unwrap(), activity);
    }

    #[test]
    fn no_bytes_break_the_parser(body in vec(any::<u8>(), 0..256)) {
        prop_assert!(Activity::parse(&body).is_err());
    }
}

#[test]
fn the_html_copy_is_not_an_attachment() {
    let body = json!({
        "type": "message", "channelId": "msteams", "conversation": {"id": "a:1"},
        "serviceUrl": "https://smba.trafficmanager.net/amer/",
        "text": "hi",
        "attachments": [
            {"contentType": "text/html", "content": "<p>hi</p>"},
            {"contentType": "Text/HTML; charset=utf-8", "content": "<p>hi</p>"},
            {"contentType": "text/html", "contentUrl": "https://files.example/x", "name": "x.html"},
            {"contentType": "image/png", "contentUrl": "https://files.example/y"},
            {"content": {}},
        ],
    });
    let activity = Activity::parse(body.to_string().as_bytes()).unwrap();
    let kept: Vec<_> = activity.own_attachments().map(|it| it.content_url.as_deref()).collect();
    assert_eq!(kept, [Some("https://files.example/x"), Some("https://files.example/y"), None]);
    assert_eq!(activity.attachments.len(), 5);
}

#[test]
fn the_tenant_comes_from_channel_data_first() {
    let activity = |channel_data: Value, tenant_id: Value| {
        let body = json!({
            "type": "message", "channelId": "msteams",
            "serviceUrl": "https://smba.trafficmanager.net/amer/",
            "conversation": {"id": "a:1", "tenantId": tenant_id},
            "channelData": channel_data,
        });
        Activity::parse(body.to_string().as_bytes()).unwrap().tenant_id().map(str::to_owned)
    };
    assert_eq!(activity(json!({"tenant": {"id": "a"}}), json!("b")).as_deref(), Some("a"));
    assert_eq!(activity(json!({"tenant": {"id": ""}}), json!("b")).as_deref(), Some("b"));
    assert_eq!(activity(Value::Null, json!("b")).as_deref(), Some("b"));
    assert_eq!(activity(json!({}), Value::Null), None);
}

#[test]
fn object_ids_of_rosters_and_activities_are_both_found() {
    for (member, expected) in [
        (json!({"id": "29:u", "aadObjectId": "a"}), Some("a")),
        (json!({"id": "29:u", "objectId": "r"}), Some("r")),
        (json!({"id": "29:u", "objectId": "r", "aadObjectId": "a"}), Some("a")),
        (json!({"id": "29:u", "objectId": null}), None),
    ] {
        let account: ChannelAccount = serde_json::from_value(member.clone()).unwrap();
        assert_eq!(account.entra_object_id(), expected);
    }
    assert_eq!(ChannelAccount::bot("app").bot_app_id(), Some("app"));
    assert_eq!(ChannelAccount::new("29:u").bot_app_id(), None);
}
