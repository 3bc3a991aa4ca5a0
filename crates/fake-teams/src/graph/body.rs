//! The body of a Graph call, and the rules its members and topics obey.

use std::sync::Arc;

use axum::{
    body::to_bytes,
    extract::{FromRequest, Request},
    response::Response,
};
use serde_json::Value;

use super::Refusal;
use crate::{directory::PersonRecord, world::World};

/// A JSON object.
pub(super) struct Body(pub(super) Value);

impl FromRequest<Arc<World>> for Body {
    type Rejection = Response;

    async fn from_request(request: Request, world: &Arc<World>) -> Result<Self, Response> {
        // The gate has read and bounded the body before.
        let bytes = to_bytes(request.into_body(), usize::MAX).await.unwrap_or_default();
        match serde_json::from_slice(&bytes) {
            Ok(value @ Value::Object(_)) => Ok(Self(value)),
            _ => Err(Refusal::bad_request("The body is no JSON object.").respond(world)),
        }
    }
}

/// The id behind an `OData` reference such as `{root}/users('{id}')` or `{root}/users/{id}`, whose
/// root must be this cloud's.
pub(super) fn bound<'body>(
    world: &World,
    body: &'body Value,
    name: &str,
    collection: &str,
) -> Result<&'body str, Refusal> {
    let wrong = || Refusal::bad_request(format!("Invalid value for {name}."));
    let reference = body[name].as_str().ok_or_else(wrong)?;
    let own = format!("{}/graph/v1.0", world.base);
    ["https://graph.microsoft.com/v1.0", &own]
        .iter()
        .find_map(|root| reference.strip_prefix(root)?.strip_prefix('/')?.strip_prefix(collection))
        .and_then(|rest| {
            let quoted = rest.strip_prefix("('").and_then(|rest| rest.strip_suffix("')"));
            quoted.or_else(|| rest.strip_prefix('/'))
        })
        .filter(|id| !id.is_empty())
        .ok_or_else(wrong)
}

/// The person and role of a member object: exactly one role, `owner` or, for guests of
/// the tenant, `guest`.
pub(super) fn member(world: &World, member: &Value) -> Result<(PersonRecord, String), Refusal> {
    if member["@odata.type"] != "#microsoft.graph.aadUserConversationMember" {
        return Err(Refusal::bad_request("Invalid member type."));
    }
    let roles = member["roles"].as_array().map(Vec::as_slice).unwrap_or_default();
    let role = match roles {
        [Value::String(role)] if role == "owner" || role == "guest" => role.clone(),
        _ => return Err(Refusal::bad_request("Invalid role specified for member.")),
    };
    let id = bound(world, member, "user@odata.bind", "users")?;
    // A reference is an object id or a user principal name, never a display name or a chat id.
    let person = world.read(|state| state.person(id).cloned());
    let person = person
        .filter(|person| person.id.eq_ignore_ascii_case(id) || person.upn.eq_ignore_ascii_case(id));
    let person = person.ok_or_else(|| Refusal::bad_request("Invalid user reference."))?;
    if person.guest != (role == "guest") {
        return Err(Refusal::bad_request("Invalid role specified for member."));
    }
    Ok((person, role))
}

/// A topic: at most 250 UTF-16 units, without a colon (Graph docs, `chat-patch.md`).
pub(super) fn topic(topic: &Value) -> Result<Option<String>, Refusal> {
    match topic {
        Value::Null => Ok(None),
        Value::String(text) if text.encode_utf16().count() > 250 => {
            Err(Refusal::bad_request("The topic is longer than 250 characters."))
        }
        Value::String(text) if text.contains(':') => {
            Err(Refusal::bad_request("The topic contains the character ':'."))
        }
        Value::String(text) => Ok(Some(text.clone())),
        _ => Err(Refusal::bad_request("The topic is no text.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_topic_has_at_most_250_units_and_no_colon() {
        assert_eq!(topic(&json!("a".repeat(250))), Ok(Some("a".repeat(250))));
        assert!(topic(&json!("a".repeat(251))).is_err());
        assert!(topic(&json!("😀".repeat(126))).is_err());
        assert!(topic(&json!("Sales: Ada")).is_err());
        assert_eq!(topic(&json!("Sales ¦ Ada")), Ok(Some("Sales ¦ Ada".to_owned())));
        assert_eq!(topic(&Value::Null), Ok(None));
    }
}
