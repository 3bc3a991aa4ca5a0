//! Arming failures through the control API.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::ControlError;
use crate::{DuplicateKind, Faults, Refuse, Service, world::World};

/// `POST /faults/{fault}`: the last part of the path names the fault, the body its details.
#[derive(Debug, Deserialize)]
#[serde(tag = "fault", rename_all = "kebab-case", rename_all_fields = "camelCase")]
enum Fault {
    Duplicate {
        kind: DuplicateKind,
        copies: u32,
    },
    Refuse {
        service: Service,
        operation: Option<String>,
        status: u16,
        code: Option<String>,
        body: Option<String>,
        retry_after: Option<u64>,
    },
    LoseReply {
        service: Service,
        operation: Option<String>,
    },
    LoseRequest {
        service: Service,
        operation: Option<String>,
    },
    Delay {
        service: Service,
        ms: u64,
    },
    DelayDeliveries {
        ms: u64,
    },
    Outage {
        service: Service,
        status: Option<u16>,
    },
    RotateKeys {
        hidden: Option<bool>,
    },
    PublishKeys,
    WithdrawOldKeys,
    Endorsements {
        channels: Vec<String>,
    },
    RevokeTokens,
}

/// `POST /faults/{fault}`.
pub(super) async fn arm(
    State(world): State<Arc<World>>,
    Path(name): Path<String>,
    details: Option<Json<Value>>,
) -> Result<Response, ControlError> {
    let mut details = details.map_or_else(|| json!({}), |Json(details)| details);
    if let Some(details) = details.as_object_mut() {
        details.insert("fault".to_owned(), Value::from(name));
    }
    let fault = serde_json::from_value(details).map_err(|error| error.to_string());
    let fault: Fault = match fault.and_then(checked) {
        Ok(fault) => fault,
        Err(error) => {
            return Ok((StatusCode::BAD_REQUEST, Json(json!({"error": error}))).into_response());
        }
    };
    apply(&Faults::new(world), fault)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A status that refuses nothing would be sent as another, or as a success without an effect.
fn checked(fault: Fault) -> Result<Fault, String> {
    match fault {
        Fault::Refuse { status, .. } | Fault::Outage { status: Some(status), .. }
            if !(300..600).contains(&status) =>
        {
            Err(format!("a refusal's status is 300 to 599, not {status}"))
        }
        fault => Ok(fault),
    }
}

fn apply(faults: &Faults, fault: Fault) -> Result<(), ControlError> {
    match fault {
        Fault::Duplicate { kind, copies } => faults.duplicate_next(kind, copies),
        Fault::Refuse { service, operation, status, code, body, retry_after } => {
            let refuse = Refuse { status, code, body, retry_after };
            faults.refuse_next(service, operation.as_deref(), refuse);
        }
        Fault::LoseReply { service, operation } => {
            faults.drop_reply_after_effect(service, operation.as_deref());
        }
        Fault::LoseRequest { service, operation } => {
            faults.drop_request(service, operation.as_deref());
        }
        Fault::Delay { service, ms } => faults.delay(service, Duration::from_millis(ms)),
        Fault::DelayDeliveries { ms } => faults.delay_deliveries(Duration::from_millis(ms)),
        Fault::Outage { service, status: Some(status) } => faults.outage(service, status),
        Fault::Outage { service, status: None } => faults.end_outage(service),
        Fault::RotateKeys { hidden: Some(true) } => faults.rotate_keys_hidden()?,
        Fault::RotateKeys { .. } => faults.rotate_keys()?,
        Fault::PublishKeys => faults.publish_keys(),
        Fault::WithdrawOldKeys => faults.withdraw_old_keys(),
        Fault::Endorsements { channels } => {
            faults.set_endorsements(&channels.iter().map(String::as_str).collect::<Vec<_>>());
        }
        Fault::RevokeTokens => faults.revoke_tokens(),
    }
    Ok(())
}

/// `DELETE /faults`.
pub(super) async fn clear(State(world): State<Arc<World>>) -> StatusCode {
    Faults::new(world).clear();
    StatusCode::NO_CONTENT
}
