//! Failures on command.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use serde::Deserialize;

use crate::{
    Error, Held, Refuse, Service,
    held::{self, Gate},
    world::World,
};

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

/// What happens to one call of the bot.
#[derive(Debug, Clone)]
pub(crate) enum CallFault {
    /// It is refused and has no effect.
    Refuse(Refuse),
    /// It has its effect, then the connection closes without an answer.
    LoseReply,
    /// The connection closes before it has any effect.
    LoseRequest,
    /// It waits before it has its effect.
    Delay(Duration),
    /// It waits until the test lets it go.
    Hold(Gate),
}

#[derive(Debug)]
struct Armed {
    operation: Option<String>,
    fault: CallFault,
}

/// What is armed for one service.
#[derive(Debug, Default)]
struct ServicePlan {
    outage: Option<u16>,
    delay: Option<Duration>,
    next: VecDeque<Armed>,
}

/// What happens to the next activity sent to the bot.
#[derive(Debug, Clone, Default)]
pub(crate) struct DeliveryFault {
    pub(crate) duplicates: Option<(DuplicateKind, u32)>,
    pub(crate) hold: Option<Gate>,
}

/// Everything armed.
#[derive(Debug, Default)]
pub(crate) struct FaultPlan {
    services: HashMap<Service, ServicePlan>,
    duplicates: VecDeque<(DuplicateKind, u32)>,
    holds: VecDeque<Gate>,
    pub(crate) delivery_delay: Duration,
}

impl FaultPlan {
    /// What happens to a call of `operation`: an outage goes before everything, a fault for one
    /// call before the standing delay.
    pub(crate) fn of_call(&mut self, service: Service, operation: &str) -> Option<CallFault> {
        let plan = self.services.get_mut(&service)?;
        if let Some(status) = plan.outage {
            return Some(CallFault::Refuse(Refuse::with(status)));
        }
        let fits = |armed: &Armed| armed.operation.as_deref().is_none_or(|name| name == operation);
        let armed = plan.next.iter().position(fits).and_then(|place| plan.next.remove(place));
        armed.map(|armed| armed.fault).or_else(|| plan.delay.map(CallFault::Delay))
    }

    /// What happens to the activity that is about to be sent.
    pub(crate) fn of_delivery(&mut self) -> DeliveryFault {
        DeliveryFault { duplicates: self.duplicates.pop_front(), hold: self.holds.pop_front() }
    }
}

/// The handle with which failures are armed.
///
/// Operations are named as in the record: `createConversation`, `sendToConversation`,
/// `replyToActivity`, `updateActivity`, `deleteActivity`, `getConversationMembers`,
/// `getConversationMember`, `getConversationPagedMembers`; Graph calls by method and path with ids
/// left out, such as `POST /chats/{id}/members`; `token`; `keys`.
#[derive(Debug, Clone)]
pub struct Faults {
    world: Arc<World>,
}

impl Faults {
    pub(crate) fn new(world: Arc<World>) -> Self {
        Self { world }
    }

    fn arm(&self, service: Service, operation: Option<&str>, fault: CallFault) {
        let armed = Armed { operation: operation.map(str::to_owned), fault };
        self.plan(service, |plan| plan.next.push_back(armed));
    }

    fn plan(&self, service: Service, change: impl FnOnce(&mut ServicePlan)) {
        self.world.change(|state| change(state.faults.services.entry(service).or_default()));
    }

    /// Refuses the next call of this operation (any, if `None`).
    pub fn refuse_next(&self, service: Service, operation: Option<&str>, refuse: Refuse) {
        self.arm(service, operation, CallFault::Refuse(refuse));
    }

    /// Lets the next call have its effect, then closes the connection without an answer.
    pub fn drop_reply_after_effect(&self, service: Service, operation: Option<&str>) {
        self.arm(service, operation, CallFault::LoseReply);
    }

    /// Closes the connection of the next call before it has any effect. The bot cannot tell this
    /// from [`drop_reply_after_effect`](Self::drop_reply_after_effect).
    pub fn drop_request(&self, service: Service, operation: Option<&str>) {
        self.arm(service, operation, CallFault::LoseRequest);
    }

    /// Holds the next call back, before its effect, until the test lets it go.
    pub fn hold_next(&self, service: Service, operation: Option<&str>) -> Held {
        let (held, gate) = held::pair();
        self.arm(service, operation, CallFault::Hold(gate));
        held
    }

    /// Delays every call of the service; zero ends it.
    pub fn delay(&self, service: Service, delay: Duration) {
        self.plan(service, |plan| plan.delay = Some(delay).filter(|delay| !delay.is_zero()));
    }

    /// Refuses every call of the service with `status` until [`end_outage`](Self::end_outage).
    pub fn outage(&self, service: Service, status: u16) {
        self.plan(service, |plan| plan.outage = Some(status));
    }

    /// Ends the outage of a service.
    pub fn end_outage(&self, service: Service) {
        self.plan(service, |plan| plan.outage = None);
    }

    /// Sends the next activity `copies` times more, all at the same moment.
    pub fn duplicate_next(&self, kind: DuplicateKind, copies: u32) {
        self.world.change(|state| state.faults.duplicates.push_back((kind, copies)));
    }

    /// Holds the next activity, and its duplicates, back until the test lets it go.
    pub fn hold_next_delivery(&self) -> Held {
        let (held, gate) = held::pair();
        self.world.change(|state| state.faults.holds.push_back(gate));
        held
    }

    /// Holds every activity back for `delay` before it is sent; zero ends it.
    pub fn delay_deliveries(&self, delay: Duration) {
        self.world.change(|state| state.faults.delivery_delay = delay);
    }

    /// Disarms everything. Keys and tokens stay as they are; what is held stays held.
    pub fn clear(&self) {
        self.world.change(|state| state.faults = FaultPlan::default());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_meets_the_first_call_of_its_operation_once() {
        let mut plan = FaultPlan::default();
        let armed = Armed { operation: Some("send".to_owned()), fault: CallFault::LoseReply };
        plan.services.entry(Service::Connector).or_default().next.push_back(armed);
        assert!(plan.of_call(Service::Connector, "update").is_none());
        assert!(plan.of_call(Service::Graph, "send").is_none());
        assert!(matches!(plan.of_call(Service::Connector, "send"), Some(CallFault::LoseReply)));
        assert!(plan.of_call(Service::Connector, "send").is_none());
    }
}
