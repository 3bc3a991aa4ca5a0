//! Endorsement, channel and tenant: what a genuine sender may do.

use serde_json::{Value, json};

use super::super::support::SigningKey;
use super::{Case, unauthorized};

const fn forbidden(
    name: &'static str,
    reason: &'static str,
    change: fn(&mut super::Draft),
) -> Case {
    Case { name, change, status: 403, reason }
}

pub(super) fn cases() -> Vec<Case> {
    const ENDORSEMENT: &str = "endorsement_missing";
    const CHANNEL: &str = "channel_not_allowed";
    const TENANT: &str = "tenant_not_allowed";
    vec![
        unauthorized("a key endorsed for another channel", ENDORSEMENT, |it| {
            *it = it.clone().signed_by(SigningKey::WebChat);
        }),
        unauthorized("a channel the key is not endorsed for", ENDORSEMENT, |it| {
            it.activity["channelId"] = "webchat".into();
        }),
        unauthorized("the channel in another case", ENDORSEMENT, |it| {
            it.activity["channelId"] = "MSTeams".into();
        }),
        forbidden("an endorsed channel that is not enabled", CHANNEL, |it| {
            it.activity["channelId"] = "skype".into();
        }),
        forbidden("any channel under a key without endorsements", CHANNEL, |it| {
            *it = it.clone().signed_by(SigningKey::Unendorsed);
            it.activity["channelId"] = "directline".into();
        }),
        forbidden("another tenant", TENANT, |it| {
            let other = "00000000-aaaa-bbbb-cccc-000000000000";
            it.activity["channelData"]["tenant"]["id"] = other.into();
            it.activity["conversation"]["tenantId"] = other.into();
        }),
        forbidden("another tenant in the channel data", TENANT, |it| {
            it.activity["channelData"]["tenant"]["id"] = "other".into();
        }),
        forbidden("another tenant in the conversation", TENANT, |it| {
            it.activity["conversation"]["tenantId"] = "other".into();
        }),
        forbidden("no tenant at all", TENANT, |it| {
            it.activity["channelData"] = Value::Null;
            it.activity["conversation"] = json!({"id": "a:1xyz"});
        }),
        forbidden("tenants of other types", TENANT, |it| {
            it.activity["channelData"] = json!({"tenant": {"id": ["x"]}});
            it.activity["conversation"] = json!({"id": "a:1xyz", "tenantId": ""});
        }),
    ]
}
