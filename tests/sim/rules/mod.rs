//! The rules that hold everywhere, held against what is durable after each step. Their numbers are
//! those of ARCHITECTURE.md.

mod cards;
mod fold;
mod letters;
mod sessions;
mod sweep;
mod timers;

use std::collections::BTreeMap;

use beckon_domain::invitation::InvitationState;
use uuid::Uuid;

use crate::mirror::Key;
use crate::world::World;

pub(crate) use cards::all_true;
pub(crate) use letters::all_arrived;
pub(crate) use sweep::all_swept;

/// What the rules remember from step to step.
#[derive(Default)]
pub(crate) struct Rules {
    /// What the events say about each session.
    told: BTreeMap<Key<Uuid>, fold::Told>,
    /// How many letters were looked up.
    letters: letters::Known,
    /// How far the sweep of each tenant had come.
    swept: sweep::Known,
}

impl Rules {
    pub(crate) fn check(world: &mut World) -> Result<(), String> {
        sessions::one_life(world)?;
        sessions::capacity(world)?;
        letters::durable(world)?;
        letters::gapless(world)?;
        cards::level(world)?;
        timers::set(world)?;
        sweep::once(world)?;
        fold::fold(world)
    }
}

/// Whether an invitation is in one of the states that an agent is busy with.
fn rings(state: &InvitationState) -> bool {
    matches!(state, InvitationState::Ringing { .. })
}

fn accepted(state: &InvitationState) -> bool {
    matches!(state, InvitationState::Accepted { .. })
}
