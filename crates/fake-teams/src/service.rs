//! The services the fake plays, with what differs between them at the door.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{connector, graph, tokens::Audience, world::World};

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
        self.refused(world, StatusCode::TOO_MANY_REQUESTS, Some(seconds))
    }

    /// A refusal with this status in the shape of the service.
    pub(crate) fn refused(
        self,
        world: &World,
        status: StatusCode,
        retry_after: Option<u64>,
    ) -> Response {
        let mut response = match self {
            Self::Connector => connector::Refusal::of_status(status).into_response(),
            Self::Graph => graph::Refusal::of_status(status).respond(world),
            Self::Login => {
                let body = json!({
                    "error": "temporarily_unavailable",
                    "error_description": "AADSTS90033: A transient error has occurred.",
                    "error_codes": [90033],
                });
                (status, Json(body)).into_response()
            }
            Self::Keys => status.into_response(),
        };
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
