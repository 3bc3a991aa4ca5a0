//! What is kept of an activity, and the stored form.

use serde_json::{Value, from_value, json, to_value};

use super::*;

fn install(action: &str) -> Activity {
    let body = json!({
        "type": "installationUpdate",
        "action": action,
        "channelId": "msteams",
        "timestamp": "2026-09-01T10:00:00.000Z",
        "serviceUrl": "https://smba.trafficmanager.net/amer/",
        "conversation": {"id": "19:c@thread.tacv2", "conversationType": "channel", "isGroup": true},
        "from": {"id": "29:u", "aadObjectId": "o"},
        "recipient": {"id": "28:b"},
        "locale": "de-CH",
        "channelData": {
            "tenant": {"id": "t"},
            "team": {"id": "19:team@thread.tacv2"},
            "settings": {"selectedChannel": {"id": "19:c@thread.tacv2"}},
        },
    });
    Activity::parse(body.to_string().as_bytes()).unwrap()
}

fn stored() -> Value {
    json!({
        "version": 1,
        "channelId": "msteams",
        "serviceUrl": "https://smba.trafficmanager.net/amer/",
        "tenantId": "t",
        "conversationId": "19:c@thread.tacv2",
        "conversationType": "channel",
        "botId": "28:b",
        "userId": "29:u",
        "userAadObjectId": "o",
        "teamId": "19:team@thread.tacv2",
        "teamChannelId": "19:c@thread.tacv2",
        "locale": "de-CH",
        "installedAt": "2026-09-01T10:00:00.000Z",
        "lastSeenAt": "2026-09-01T10:00:00.000Z",
        "status": "active",
    })
}

#[test]
fn the_stored_form_is_fixed() {
    let reference = install("add").conversation_reference();
    assert_eq!(to_value(&reference).unwrap(), stored());
    assert_eq!(from_value::<ConversationReference>(stored()).unwrap(), reference);
}

#[test]
fn what_older_writers_left_out_may_be_missing_but_the_version_must_be_known() {
    let least = json!({
        "version": 1,
        "channelId": "msteams",
        "serviceUrl": "https://smba.trafficmanager.net/amer/",
        "conversationId": "a:1",
    });
    let reference: ConversationReference = from_value(least).unwrap();
    assert_eq!(reference.status, ReferenceStatus::Active);
    for version in [json!(0), json!(2), json!("1"), Value::Null] {
        let mut other = stored();
        other["version"] = version;
        assert!(from_value::<ConversationReference>(other).is_err());
    }
    let mut unversioned = stored();
    unversioned.as_object_mut().unwrap().remove("version");
    assert!(from_value::<ConversationReference>(unversioned).is_err());
}

#[test]
fn removal_is_remembered_and_an_upgrade_is_no_installation() {
    for action in ["remove", "remove-upgrade"] {
        let reference = install(action).conversation_reference();
        assert_eq!(reference.status, ReferenceStatus::Removed, "{action}");
        assert_eq!(reference.installed_at, None);
    }
    let upgraded = install("add-upgrade").conversation_reference();
    assert_eq!((upgraded.status, upgraded.installed_at), (ReferenceStatus::Active, None));
}

#[test]
fn a_refresh_takes_what_is_new_and_keeps_what_is_not() {
    let mut reference = install("add").conversation_reference();
    reference.status = ReferenceStatus::Blocked;
    let url: ServiceUrl = "https://smba.trafficmanager.net/emea/".parse().unwrap();
    let mut newer = ConversationReference::new("msteams", url.clone(), "19:c@thread.tacv2");
    newer.last_seen_at = Some("2026-09-02T10:00:00.000Z".to_owned());
    reference.refresh(newer);
    assert_eq!(reference.service_url, url);
    assert_eq!(reference.status, ReferenceStatus::Active);
    assert_eq!(reference.last_seen_at.as_deref(), Some("2026-09-02T10:00:00.000Z"));
    assert_eq!(reference.installed_at.as_deref(), Some("2026-09-01T10:00:00.000Z"));
    assert_eq!(reference.tenant_id.as_deref(), Some("t"));
}

#[test]
fn the_bot_is_never_taken_for_the_user() {
    let mut activity = install("add");
    activity.from = activity.recipient.clone();
    let reference = activity.conversation_reference();
    assert_eq!((reference.user(), reference.bot_id.as_deref()), (None, Some("28:b")));
}

/// What Teams posts on a removal besides the installation update.
fn bot_left(timestamp: &str) -> Activity {
    let mut activity = install("add");
    activity.kind = ActivityType::ConversationUpdate;
    activity.action = None;
    activity.timestamp = Some(timestamp.to_owned());
    activity.members_removed = vec![ChannelAccount::new("28:b")];
    activity
}

#[test]
fn a_removed_conversation_stays_removed_when_the_bot_is_seen_leaving() {
    let mut reference = install("remove").conversation_reference();
    reference.refresh(bot_left("2026-09-01T10:00:00.120Z").conversation_reference());
    assert_eq!(reference.status, ReferenceStatus::Removed);
    assert_eq!(reference.last_seen_at.as_deref(), Some("2026-09-01T10:00:00.120Z"));
    // Somebody else's leaving is no removal.
    let mut other = bot_left("2026-09-01T10:00:00.000Z");
    other.members_removed = vec![ChannelAccount::new("29:u")];
    assert_eq!(other.conversation_reference().status, ReferenceStatus::Active);
}

#[test]
fn a_late_delivery_fills_gaps_but_changes_nothing() {
    let mut reference = install("remove").conversation_reference();
    reference.locale = None;
    let url = reference.service_url.clone();
    let mut late = install("add");
    late.timestamp = Some("2026-09-01T09:59:59.9999999Z".to_owned());
    late.service_url = "https://smba.trafficmanager.net/emea/".parse().unwrap();
    late.channel_data = Some(json!({"tenant": {"id": "another"}}));
    reference.refresh(late.conversation_reference());
    assert_eq!(reference.status, ReferenceStatus::Removed);
    assert_eq!(reference.service_url, url);
    assert_eq!(reference.tenant_id.as_deref(), Some("t"));
    assert_eq!(reference.last_seen_at.as_deref(), Some("2026-09-01T10:00:00.000Z"));
    assert_eq!(reference.locale.as_deref(), Some("de-CH"));
    // A genuine return is newer.
    let mut back = install("add");
    back.timestamp = Some("2026-09-01T10:00:00.0000001Z".to_owned());
    reference.refresh(back.conversation_reference());
    assert_eq!(reference.status, ReferenceStatus::Active);
}
