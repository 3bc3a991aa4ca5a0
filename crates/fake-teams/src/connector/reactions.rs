//! The bot's reactions (teams.net `ConversationClient.cs`, experimental there).

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;

use super::{
    Refusal,
    activities::{change_any, check_bot_in},
};
use crate::world::World;

/// The message and the name of the reaction.
#[derive(Debug, Deserialize)]
pub(super) struct Target {
    conversation: String,
    activity: String,
    reaction: String,
}

/// `PUT …/reactions/{reaction}`: below anybody's message, once however often it is put.
pub(super) async fn add(
    State(world): State<Arc<World>>,
    Path(target): Path<Target>,
) -> Result<StatusCode, Refusal> {
    set(&world, target, true)
}

/// `DELETE …/reactions/{reaction}`.
pub(super) async fn delete(
    State(world): State<Arc<World>>,
    Path(target): Path<Target>,
) -> Result<StatusCode, Refusal> {
    set(&world, target, false)
}

fn set(world: &World, target: Target, there: bool) -> Result<StatusCode, Refusal> {
    check_bot_in(world, &target.conversation)?;
    change_any(world, &target.conversation, &target.activity, |message| {
        if there {
            message.bot_reactions.insert(target.reaction);
        } else {
            message.bot_reactions.remove(&target.reaction);
        }
        Ok(())
    })?;
    Ok(StatusCode::OK)
}
