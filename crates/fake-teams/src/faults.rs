//! Failures on command.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use serde::Deserialize;

use crate::{Error, world::World};

/// Which id the copies of a duplicated activity carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DuplicateKind {
    /// The id and timestamp of the first sending.
    SameId,
    /// An id and a timestamp of their own, as seen in the second retry layer
    /// (botbuilder-dotnet#5005).
    NewId,
}

/// A duplication waiting for its activity.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Duplicate {
    pub(crate) kind: DuplicateKind,
    pub(crate) copies: u32,
}

/// What is armed.
#[derive(Debug, Default)]
pub(crate) struct FaultPlan {
    pub(crate) duplicates: VecDeque<Duplicate>,
    pub(crate) delivery_delay: Duration,
}

/// The handle with which failures are armed.
#[derive(Debug, Clone)]
pub struct Faults {
    world: Arc<World>,
}

impl Faults {
    pub(crate) fn new(world: Arc<World>) -> Self {
        Self { world }
    }

    /// Sends the next activity `copies` times more, all at the same moment.
    pub fn duplicate_next(&self, kind: DuplicateKind, copies: u32) {
        self.world.change(|state| state.faults.duplicates.push_back(Duplicate { kind, copies }));
    }

    /// Holds every activity back for `delay` before it is sent; zero ends it.
    pub fn delay_deliveries(&self, delay: Duration) {
        self.world.change(|state| state.faults.delivery_delay = delay);
    }

    /// Signs with a new key from now on; the JWKS publishes it beside the old ones.
    pub fn rotate_keys(&self) -> Result<(), Error> {
        self.world.change(|state| state.keys.rotate(true))
    }

    /// Signs with a new key that the JWKS does not show until [`publish_keys`](Self::publish_keys).
    pub fn rotate_keys_hidden(&self) -> Result<(), Error> {
        self.world.change(|state| state.keys.rotate(false))
    }

    /// Shows every key in the JWKS.
    pub fn publish_keys(&self) {
        self.world.change(|state| state.keys.publish_all());
    }

    /// Takes all keys but the signing one out of the JWKS.
    pub fn withdraw_old_keys(&self) {
        self.world.change(|state| state.keys.withdraw_old());
    }

    /// Sets the `endorsements` of the published keys; empty is what was once seen in production
    /// (bot-docs#2300).
    pub fn set_endorsements(&self, channels: &[&str]) {
        let channels = channels.iter().map(|&channel| channel.to_owned()).collect();
        self.world.change(|state| state.keys.set_endorsements(channels));
    }

    /// Makes every access token issued so far worthless.
    pub fn revoke_tokens(&self) {
        self.world.change(|state| state.tokens.revoke_all());
    }
}
