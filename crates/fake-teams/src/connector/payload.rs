//! The body of a connector call.

use std::sync::Arc;

use axum::{
    body::to_bytes,
    extract::{FromRequest, Request},
};
use serde_json::Value;

use super::Refusal;
use crate::{size::counted_bytes, world::World};

/// A JSON object that is not larger than a message may be.
pub(super) struct Payload(pub(super) Value);

impl FromRequest<Arc<World>> for Payload {
    type Rejection = Refusal;

    async fn from_request(request: Request, world: &Arc<World>) -> Result<Self, Refusal> {
        // The gate has read and bounded the body before.
        let bytes = to_bytes(request.into_body(), usize::MAX).await.unwrap_or_default();
        let text = std::str::from_utf8(&bytes).map_err(|_| Refusal::bad_syntax("Not UTF-8."))?;
        if counted_bytes(text) > world.config.max_message_bytes {
            return Err(Refusal::too_big());
        }
        let value: Value =
            serde_json::from_str(text).map_err(|_| Refusal::bad_syntax("Not valid JSON."))?;
        if value.is_object() { Ok(Self(value)) } else { Err(Refusal::bad_syntax("No object.")) }
    }
}
