//! Bodies that no activity can be read from, under a good token.

use serde_json::Value;

use super::{Case, Draft};

const fn bad(name: &'static str, reason: &'static str, change: fn(&mut Draft)) -> Case {
    Case { name, change, status: 400, reason }
}

fn without(draft: &mut Draft, name: &str) {
    draft.activity.as_object_mut().unwrap().remove(name);
}

pub(super) fn cases() -> Vec<Case> {
    const NOT_JSON: &str = "body_not_json";
    const MISSING: &str = "activity_field_missing";
    const INVALID: &str = "activity_field_invalid";
    vec![
        bad("empty body", NOT_JSON, |it| it.raw_body = Some(vec![])),
        bad("garbage body", NOT_JSON, |it| it.raw_body = Some(vec![0xde, 0xad, 0xbe, 0xef])),
        bad("form body", NOT_JSON, |it| it.raw_body = Some(b"type=message&text=hi".to_vec())),
        bad("array body", NOT_JSON, |it| it.raw_body = Some(format!("[{}]", it.activity).into())),
        bad("truncated body", NOT_JSON, |it| {
            let whole = it.activity.to_string();
            it.raw_body = Some(whole.as_bytes()[..whole.len() - 1].to_vec());
        }),
        bad("two activities", NOT_JSON, |it| {
            it.raw_body = Some(format!("{0}{0}", it.activity).into());
        }),
        bad("body of UTF-16", NOT_JSON, |it| {
            let text = it.activity.to_string();
            it.raw_body = Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
        }),
        Case {
            name: "oversized body",
            status: 413,
            reason: "body_too_large",
            change: |it| it.activity["text"] = "x".repeat(1024 * 1024).into(),
        },
        bad("deep body", "body_too_deep", |it| {
            let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
            let body = it.activity.to_string().replacen('{', &format!("{{\"value\":{deep},"), 1);
            it.raw_body = Some(body.into());
        }),
        bad("no type", MISSING, |it| without(it, "type")),
        bad("no channel", MISSING, |it| without(it, "channelId")),
        bad("no service URL", MISSING, |it| without(it, "serviceUrl")),
        bad("no conversation", MISSING, |it| without(it, "conversation")),
        bad("no conversation id", MISSING, |it| it.activity["conversation"]["id"] = Value::Null),
        bad("a text of another type", INVALID, |it| it.activity["text"] = 5.into()),
        bad("a sender of another type", INVALID, |it| it.activity["from"] = "29:1".into()),
        bad("a service URL with user info", INVALID, |it| {
            it.activity["serviceUrl"] = "https://smba.trafficmanager.net@evil.example/".into();
        }),
        bad("a service URL with an international host", INVALID, |it| {
            it.activity["serviceUrl"] = "https://smbа.trafficmanager.net/amer/".into();
        }),
        bad("a repeated service URL", INVALID, |it| {
            let repeated = "{\"serviceUrl\":\"https://evil.example/\",";
            it.raw_body = Some(it.activity.to_string().replacen('{', repeated, 1).into());
        }),
    ]
}
