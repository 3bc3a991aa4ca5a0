//! Which permissions a call needs: those the tenant's admin granted to the app, and those the
//! chat consented to (resource-specific consent).

use super::Refusal;
use crate::{conversation::Conversation, world::World};

/// Refuses unless one of `wanted` was granted to the app or consented to in `chat`.
pub(super) fn check(
    world: &World,
    chat: Option<&Conversation>,
    wanted: &[&str],
) -> Result<(), Refusal> {
    let granted = &world.config.graph_permissions;
    let consented = |name: &str| chat.is_some_and(|chat| chat.consent.contains(name));
    if wanted.iter().any(|name| granted.iter().any(|had| had == name) || consented(name)) {
        Ok(())
    } else {
        Err(Refusal::missing_permission(wanted, granted))
    }
}

/// A group chat that the call is allowed to touch.
pub(super) fn chat(world: &World, id: &str, wanted: &[&str]) -> Result<Conversation, Refusal> {
    let chat = world.read(|state| state.chats.get(id).cloned()).ok_or_else(Refusal::not_found)?;
    check(world, Some(&chat), wanted)?;
    Ok(chat)
}
