//! People in development mode. A local client names its people and its organisation as it likes;
//! here each of them gets a seat of the development configuration, so that nothing behind the
//! endpoint has to know of this mode.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use beckon_domain::ids::{AgentId, TenantId};
use http::StatusCode;
use serde_json::{Map, Value, json};

/// More than any local client sends.
const MAX_BODY: usize = 1024 * 1024;

/// The seats of the development configuration, taken in the order in which people turn up. Whoever
/// finds no seat free is nobody's agent.
#[derive(Debug)]
pub struct Seats {
    tenant: TenantId,
    agents: Vec<AgentId>,
    taken: Mutex<HashMap<String, Option<AgentId>>>,
}

impl Seats {
    /// Nobody sits yet.
    pub fn new(tenant: TenantId, agents: Vec<AgentId>) -> Self {
        Self { tenant, agents, taken: Mutex::default() }
    }

    /// The seat of the person with this id of the client's.
    fn of(&self, person: &str) -> Option<AgentId> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(seat) = taken.get(person) {
            return *seat;
        }
        let seat = self.agents.get(taken.len()).copied();
        if let Some(agent) = seat {
            tracing::warn!(
                target: "teams.development", person, %agent,
                "somebody turned up, without proof of who it is, and is this agent from now on"
            );
        } else {
            tracing::warn!(
                target: "teams.development", person,
                "somebody turned up, without proof of who it is; every seat is taken, so they are \
                 no agent"
            );
        }
        taken.insert(person.to_owned(), seat);
        seat
    }

    /// The activity with our tenant and our ids for its people.
    fn translate(&self, activity: &mut Value) {
        let Some(fields) = activity.as_object_mut() else { return };
        if let Some(from) = fields.get_mut("from").and_then(Value::as_object_mut) {
            self.seat(from);
        }
        let bot = fields.get("recipient").and_then(|it| it.get("id")).cloned();
        for members in ["membersAdded", "membersRemoved"] {
            let members = fields.get_mut(members).and_then(Value::as_array_mut);
            for member in members.into_iter().flatten().filter_map(Value::as_object_mut) {
                // The bot is no person.
                if member.get("id") != bot.as_ref() {
                    self.seat(member);
                }
            }
        }
        if let Some(conversation) = fields.get_mut("conversation").and_then(Value::as_object_mut) {
            conversation.insert("tenantId".to_owned(), json!(self.tenant));
        }
        let data = fields.entry("channelData").or_insert_with(|| json!({}));
        if let Some(data) = data.as_object_mut() {
            data.insert("tenant".to_owned(), json!({ "id": self.tenant }));
        }
    }

    fn seat(&self, person: &mut Map<String, Value>) {
        let Some(id) = person.get("id").and_then(Value::as_str) else { return };
        match self.of(id) {
            Some(seat) => person.insert("aadObjectId".to_owned(), json!(seat)),
            None => person.remove("aadObjectId"),
        };
    }
}

/// Translates each activity on its way in. What is none goes on as it is: the endpoint says why.
pub async fn translate(State(seats): State<Arc<Seats>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, MAX_BODY).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let bytes = match serde_json::from_slice::<Value>(&bytes) {
        Ok(mut activity) => {
            seats.translate(&mut activity);
            activity.to_string().into()
        }
        Err(_) => bytes,
    };
    let mut request = Request::from_parts(parts, Body::from(bytes));
    request.headers_mut().remove(http::header::CONTENT_LENGTH);
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    /// As Microsoft's local client names them: not one of these is a UUID.
    fn activity(person: &str) -> Value {
        json!({
            "type": "conversationUpdate",
            "from": { "id": person, "aadObjectId": "00000000-0000-0000-0000-0000000000020" },
            "recipient": { "id": "bot" },
            "conversation": { "id": "c", "tenantId": "00000000-0000-0000-0000-0000000000001" },
            "membersAdded": [{ "id": person }, { "id": "bot" }],
        })
    }

    #[test]
    fn each_person_keeps_their_seat_and_the_last_one_stands() {
        let (tenant, seat) = (TenantId(Uuid::max()), AgentId(Uuid::from_u128(1)));
        let seats = Seats::new(tenant, vec![seat]);
        for _ in 0..2 {
            let mut first = activity("user-id-0");
            seats.translate(&mut first);
            assert_eq!(first["from"]["aadObjectId"], json!(seat));
            assert_eq!(first["membersAdded"][0]["aadObjectId"], json!(seat));
            assert_eq!(first["membersAdded"][1], json!({ "id": "bot" }));
            assert_eq!(first["conversation"]["tenantId"], json!(tenant));
            assert_eq!(first["channelData"]["tenant"]["id"], json!(tenant));
            let mut second = activity("user-id-1");
            seats.translate(&mut second);
            assert_eq!(second["from"], json!({ "id": "user-id-1" }));
        }
    }
}
