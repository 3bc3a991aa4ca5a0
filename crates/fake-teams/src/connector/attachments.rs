//! Pictures that people pasted, as the bot fetches them. There is no upload: Teams answers 404
//! (BotBuilder-Samples#2061).

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Refusal;
use crate::{pictures::Picture, world::World};

/// The one form there is of a picture.
const ORIGINAL: &str = "original";

/// The ids in a path; region and tenant, also matched, play no part.
#[derive(Debug, Deserialize)]
pub(super) struct Target {
    attachment: String,
    #[serde(default)]
    view: String,
}

/// `getAttachmentInfo`.
pub(super) async fn info(
    State(world): State<Arc<World>>,
    Path(target): Path<Target>,
) -> Result<Json<Value>, Refusal> {
    let picture = find(&world, &target)?;
    Ok(Json(json!({
        "name": target.attachment,
        "type": picture.content_type,
        "views": [{"viewId": ORIGINAL, "size": picture.bytes.len()}],
    })))
}

/// `getAttachment`.
pub(super) async fn view(
    State(world): State<Arc<World>>,
    Path(target): Path<Target>,
) -> Result<Response, Refusal> {
    if target.view != ORIGINAL {
        return Err(Refusal::no_attachment());
    }
    let picture = find(&world, &target)?;
    Ok(([(CONTENT_TYPE, picture.content_type)], picture.bytes).into_response())
}

fn find(world: &World, target: &Target) -> Result<Picture, Refusal> {
    let picture = world.read(|state| state.pictures.get(&target.attachment).cloned());
    picture.ok_or_else(Refusal::no_attachment)
}
