//! Who delivers what is in a lane: rooms have a sender of their own.

use async_trait::async_trait;
use beckon_domain::effect::LaneKey;
use std::sync::Arc;

use super::{EffectSender, Sent};
use crate::store::{LaneClaim, OutboxEntry};

/// Gives each lane to its sender.
pub struct ByLane {
    /// For what goes into rooms.
    pub rooms: Arc<dyn EffectSender>,
    /// For everything else.
    pub others: Arc<dyn EffectSender>,
}

#[async_trait]
impl EffectSender for ByLane {
    async fn send(&self, claim: &LaneClaim, batch: &[OutboxEntry]) -> Sent {
        match claim.lane {
            LaneKey::Room { .. } => self.rooms.send(claim, batch).await,
            LaneKey::Customer { .. } | LaneKey::Notice { .. } => {
                self.others.send(claim, batch).await
            }
        }
    }
}
