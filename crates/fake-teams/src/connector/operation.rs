//! Which operation a connector call is, and what it is counted under.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::{gate::Purpose, limits::Scope};

/// Reads method and path (below the service URL) in the terms of the Connector API.
pub(super) fn purpose(method: &str, path: &str, body: &[u8]) -> Purpose {
    if path.starts_with("/v3/attachments/") {
        let view = path.contains("/views/");
        return tenant_only(if view { "getAttachment" } else { "getAttachmentInfo" });
    }
    let below = path.split_once("/v3/conversations").map_or("", |(_, below)| below);
    let parts: Vec<String> = below
        .split('/')
        .skip(1)
        .map(|part| percent_decode_str(part).decode_utf8_lossy().into())
        .collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let mut changes = None;
    let (operation, family, thread) = match (method, parts.as_slice()) {
        ("POST", []) => ("createConversation", "create", first_member(body)),
        ("POST", [chat, "activities"]) => ("sendToConversation", "send", (*chat).to_owned()),
        ("POST", [chat, "activities", _]) => ("replyToActivity", "send", (*chat).to_owned()),
        ("PUT", [chat, "activities", id]) => {
            changes = Some(((*chat).to_owned(), (*id).to_owned()));
            ("updateActivity", "send", (*chat).to_owned())
        }
        ("DELETE", [chat, "activities", id]) => {
            changes = Some(((*chat).to_owned(), (*id).to_owned()));
            ("deleteActivity", "send", (*chat).to_owned())
        }
        ("PUT" | "DELETE", [chat, "activities", id, "reactions", _]) => {
            changes = Some(((*chat).to_owned(), (*id).to_owned()));
            let operation = if method == "PUT" { "addReaction" } else { "deleteReaction" };
            (operation, "send", (*chat).to_owned())
        }
        ("GET", [chat, "members"]) => ("getConversationMembers", "members", (*chat).to_owned()),
        ("GET", [chat, "members", _]) => ("getConversationMember", "members", (*chat).to_owned()),
        ("GET", [chat, "pagedmembers"]) => {
            ("getConversationPagedMembers", "members", (*chat).to_owned())
        }
        // The REST reference knows these; Teams does not.
        ("GET", []) => return tenant_only("getConversations"),
        ("DELETE", [_, "members", _]) => return tenant_only("deleteConversationMember"),
        _ => return tenant_only("unknown"),
    };
    let scopes = vec![Scope::new("tenant", ""), Scope::new(family, conversation_of(&thread))];
    Purpose { operation: operation.to_owned(), scopes, changes }
}

/// A call that counts for the tenant and in no conversation.
fn tenant_only(operation: &str) -> Purpose {
    let scopes = vec![Scope::new("tenant", "")];
    Purpose { operation: operation.to_owned(), scopes, changes: None }
}

/// A reply chain is no conversation of its own: what Teams counts is the channel it is in.
fn conversation_of(thread: &str) -> &str {
    thread.split_once(";messageid=").map_or(thread, |(channel, _)| channel)
}

/// A new conversation has no id yet: its thread is the person it is with.
fn first_member(body: &[u8]) -> String {
    let parameters: Value = serde_json::from_slice(body).unwrap_or_default();
    parameters["members"][0]["id"].as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_and_plain_ids_name_the_same_thread() {
        let plain = purpose("POST", "/v3/conversations/19:a@thread.v2/activities", b"");
        let escaped = purpose("POST", "/v3/conversations/19%3Aa%40thread.v2/activities", b"");
        assert_eq!(plain.operation, "sendToConversation");
        assert_eq!(plain.scopes, escaped.scopes);
        assert_eq!(plain.scopes[1], Scope::new("send", "19:a@thread.v2"));
    }

    #[test]
    fn the_reply_chains_of_a_channel_are_counted_together() {
        let plain = purpose("POST", "/v3/conversations/19:a@thread.tacv2/activities", b"");
        let chain = "/v3/conversations/19%3Aa%40thread.tacv2%3Bmessageid%3D17/activities/17";
        for method in ["POST", "PUT", "DELETE"] {
            assert_eq!(purpose(method, chain, b"").scopes, plain.scopes);
        }
    }

    #[test]
    fn updates_and_deletes_name_the_message_they_change() {
        for (method, operation) in [("PUT", "updateActivity"), ("DELETE", "deleteActivity")] {
            let purpose = purpose(method, "/v3/conversations/a%3A1/activities/17", b"");
            assert_eq!(purpose.operation, operation);
            assert_eq!(purpose.changes, Some(("a:1".to_owned(), "17".to_owned())));
        }
    }

    #[test]
    fn creating_is_counted_by_the_person() {
        let body = br#"{"members":[{"id":"29:1x"}]}"#;
        let purpose = purpose("POST", "/v3/conversations", body);
        assert_eq!(purpose.operation, "createConversation");
        assert_eq!(purpose.scopes[1], Scope::new("create", "29:1x"));
    }
}
