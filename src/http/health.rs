//! Whether the process is alive.

use axum::Json;
use serde_json::{Value, json};

/// `GET /health`.
pub(super) async fn live() -> Json<Value> {
    Json(json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }))
}
