//! The services the fake plays, with what differs between them at the door.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Refuse, connector, graph, tokens::Audience, world::World};

/// One of the services a bot calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Service {
    /// The Bot Connector.
    Connector,
    /// Microsoft Graph.
    Graph,
    /// Entra's token endpoint.
    Login,
    /// The `OpenID` document and the keys.
    Keys,
}

impl Service {
    /// Whose tokens it takes; `None` if it takes none.
    pub(crate) fn audience(self) -> Option<Audience> {
        match self {
            Self::Connector => Some(Audience::Connector),
            Self::Graph => Some(Audience::Graph),
            Self::Login | Self::Keys => None,
        }
    }

    /// The refusal of a missing or wrong token.
    pub(crate) fn unauthorized(self, world: &World) -> Response {
        match self {
            Self::Graph => graph::Refusal::unauthorized().respond(world),
            _ => connector::Refusal::unauthorized().into_response(),
        }
    }

    /// 429 with the whole seconds to wait.
    pub(crate) fn throttled(self, world: &World, wait_ms: i64) -> Response {
        let seconds = u64::try_from(wait_ms).unwrap_or(0).div_ceil(1000).max(1);
        self.refused(world, &Refuse::with(429).retry_after(seconds))
    }

    /// A refusal in the shape of the service.
    pub(crate) fn refused(self, world: &World, refuse: &Refuse) -> Response {
        let status = StatusCode::from_u16(refuse.status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
        let code = refuse.code.as_deref();
        let mut response = match (&refuse.body, self) {
            (Some(body), _) => (status, body.clone()).into_response(),
            (None, Self::Connector) => connector::Refusal::on_command(status, code).into_response(),
            (None, Self::Graph) => graph::Refusal::on_command(status, code).respond(world),
            (None, Self::Login) => {
                let body = json!({
                    "error": code.unwrap_or("temporarily_unavailable"),
                    "error_description": "AADSTS90033: A transient error has occurred.",
                    "error_codes": [90033],
                });
                (status, Json(body)).into_response()
            }
            (None, Self::Keys) => status.into_response(),
        };
        if let Some(seconds) = refuse.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
