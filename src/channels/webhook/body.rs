//! What a webhook says.

use beckon_domain::effect::{EffectBody, LaneKey, Notice};
use beckon_domain::ids::TenantId;
use beckon_domain::session::{Author, Message};
use serde_json::{Value, json};

use crate::store::OutboxEntry;

/// A delivery: its id, the same each time it is tried, and its body.
pub(super) struct Delivery {
    pub(super) id: String,
    pub(super) body: Value,
}

/// The delivery of these entries of one lane. `None` when there is nothing left to tell: the
/// messages are gone, by retention or erasure.
pub(super) fn delivery(
    tenant: TenantId,
    lane: &LaneKey,
    batch: &[OutboxEntry],
) -> Option<Delivery> {
    let first = batch.first()?;
    match (&first.effect.body, lane) {
        (EffectBody::Notice { session, notice }, _) => {
            let unique = first.effect.unique.as_deref().unwrap_or_default();
            let mut body = told(notice);
            if let Value::Object(fields) = &mut body {
                fields.insert("tenant".to_owned(), json!(tenant));
                fields.insert("session".to_owned(), json!(session));
                fields.insert("at".to_owned(), json!(first.at));
            }
            Some(Delivery { id: format!("{session}/{unique}"), body })
        }
        (EffectBody::Message { session, .. }, LaneKey::Customer { account, address }) => {
            let messages: Vec<&Message> =
                batch.iter().filter_map(|entry| entry.message.as_ref()).collect();
            let (first, last) = (messages.first()?, messages.last()?);
            Some(Delivery {
                id: format!("{session}/{}-{}", first.seq, last.seq),
                body: json!({
                    "type": "messages",
                    "tenant": tenant,
                    "account": account,
                    "address": address,
                    "session": session,
                    "messages": messages.into_iter().map(message).collect::<Vec<_>>(),
                }),
            })
        }
        (EffectBody::Message { .. }, LaneKey::Room { .. } | LaneKey::Notice { .. })
        | (EffectBody::Room { .. }, _) => None,
    }
}

fn told(notice: &Notice) -> Value {
    match notice {
        Notice::SessionEnded { outcome, by } => {
            json!({ "type": "session.ended", "outcome": outcome, "by": by })
        }
        Notice::InvitationUndeliverable { invitation, agent, reason } => json!({
            "type": "invitation.undeliverable",
            "invitation": invitation, "agent": agent, "reason": reason,
        }),
        Notice::RoomBroke { reason } => json!({ "type": "room.broke", "reason": reason }),
    }
}

/// A message as the channel API shows it.
fn message(message: &Message) -> Value {
    let (from, name) = match &message.from {
        Author::Customer => ("customer", None),
        Author::Agent { name, .. } => ("agent", Some(name)),
        Author::System => ("system", None),
    };
    json!({
        "seq": message.seq, "at": message.at, "from": from, "name": name, "text": message.text,
    })
}
