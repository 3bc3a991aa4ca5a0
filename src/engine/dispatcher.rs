//! The dispatcher: sends cards that are not as they should be. The only part that talks to the
//! world on Beckon's own account.
//!
//! A card is never queued. The index of dirty invitations is the queue; what is sent is rendered
//! from the rows as they are at that moment; what was shown comes back as a command.
//!
//! Each class has a loop of its own with slots of its own: what the sweep changed waits for the
//! tenant's send budget in its slots and never in those of what people wait for (P6).

use std::sync::Arc;

use async_trait::async_trait;
use beckon_domain::card::CardCopy;
use beckon_domain::command::{CardFailure, Command, Envelope};
use beckon_domain::ids::{AgentId, CommandId, TenantId};
use jiff::{SignedDuration, Timestamp};
use tokio_util::task::TaskTracker;

use super::in_flight::{Held, InFlight, slots};
use super::tenure::Tenure;
use super::{Engine, Stop, crash, rest};
use crate::store::{CardRows, Class, DirtyCard, ExecuteError, Request, StoreError};

/// For how long a card is this node's without a sign of life. Should the node die, another makes the
/// card true within 10 s; should a send take longer than this, the card may be posted twice, and both
/// copies are kept true.
const LEASE: SignedDuration = SignedDuration::from_secs(8);

/// Puts cards on display.
#[async_trait]
pub trait CardSender: Send + Sync {
    /// Posts the card, or updates each copy that is behind. One result for each message touched.
    async fn send(&self, tenant: TenantId, rows: &CardRows, now: Timestamp) -> Vec<Delivery>;
}

/// What became of one message.
#[derive(Clone, Debug, PartialEq)]
pub enum Delivery {
    /// It shows this version now.
    Shown(CardCopy),
    /// The chat with the agent is open, and nothing is posted yet: it is to be sent again.
    Opened {
        /// The conversation reference, as it is stored.
        reference: String,
    },
    /// It could not be brought up to date.
    Failed(CardFailure),
}

/// What sends cards, one loop for each class.
#[derive(Clone)]
pub(super) struct Dispatcher {
    engine: Engine,
    sender: Arc<dyn CardSender>,
    tasks: TaskTracker,
    stop: Stop,
    /// Cards that a task of this process is sending, of either class: a card can be swept while it
    /// is sent, and no card is sent twice at the same time.
    in_flight: InFlight<DirtyCard>,
}

impl Dispatcher {
    pub(super) fn new(
        engine: &Engine,
        sender: Arc<dyn CardSender>,
        tasks: &TaskTracker,
        stop: &Stop,
    ) -> Self {
        let (engine, tasks, stop) = (engine.clone(), tasks.clone(), stop.clone());
        Self { engine, sender, tasks, stop, in_flight: InFlight::default() }
    }

    pub(super) async fn run(self, class: Class) {
        let in_flight = self.in_flight.beside();
        let bell = self.engine.signals.cards.of(class);
        loop {
            let next = match claim(&self.engine, class).await {
                Ok((cards, tenure, next)) => {
                    for card in cards {
                        if in_flight.len() >= slots(class) {
                            break;
                        }
                        if let Some(held) = in_flight.take(card) {
                            self.tasks.spawn(self.clone().send(class, held, tenure));
                        }
                    }
                    next
                }
                Err(error) => {
                    tracing::error!(target: "engine.dispatcher", %error, "cards wait for the store");
                    None
                }
            };
            if !rest(&self.engine, bell, next, &self.stop.gently).await {
                return;
            }
        }
    }

    async fn send(self, class: Class, held: Held<DirtyCard>, tenure: Tenure) {
        let outcome = tokio::select! {
            biased;
            outcome = send(&self.engine, &*self.sender, class, *held, tenure) => outcome,
            // What became of it is not known; the next start posts it again, and a stray is
            // adopted.
            () = self.stop.at_once.cancelled() => Ok(false),
        };
        drop(held);
        match outcome {
            // It may have become dirty again while it was sent. One that got nowhere is looked at
            // again by the safety scan.
            Ok(true) => self.engine.signals.cards.of(class).notify_one(),
            Ok(false) => {}
            Err(error) => {
                tracing::error!(target: "engine.dispatcher", %error, "a card waits");
            }
        }
    }
}

async fn claim(
    engine: &Engine,
    class: Class,
) -> Result<(Vec<DirtyCard>, Tenure, Option<Timestamp>), StoreError> {
    let (tenure, now) = (Tenure::begin(engine, LEASE), engine.clock.now());
    // Cards of a tenant that is no longer configured rest until it is again: nobody could draw them,
    // and they would stand in the way of the others.
    let tenants: Vec<TenantId> = engine.directory.tenant_ids().collect();
    // Those in flight are among them: asked for again, they stay this node's.
    let (store, limit) = (&engine.store, slots(class) * 2);
    let (cards, next) = store.claim_cards(&tenants, class, engine.node, now, LEASE, limit).await?;
    Ok((cards, tenure, next))
}

/// Sends every card that is due, one after the other: one turn of the dispatcher for callers that
/// make time pass themselves. How many there were.
///
/// # Errors
/// [`StoreError`]; what was not reported is sent again.
pub async fn drain(engine: &Engine, sender: &dyn CardSender) -> Result<usize, StoreError> {
    let mut sent = 0;
    for class in Class::ALL {
        let (cards, tenure, _) = claim(engine, class).await?;
        for card in &cards {
            send(engine, sender, class, *card, tenure).await?;
        }
        sent += cards.len();
    }
    Ok(sent)
}

/// Sends one card. True: it is worth looking for it again at once.
async fn send(
    engine: &Engine,
    sender: &dyn CardSender,
    class: Class,
    card: DirtyCard,
    tenure: Tenure,
) -> Result<bool, StoreError> {
    let now = engine.clock.now();
    let rows = engine.store.card(card.tenant, card.invitation).await?;
    let Some(rows) = rows else { return Ok(false) };
    let state = &rows.invitation.card;
    if !state.is_dirty() || state.not_before.is_some_and(|at| at > now) {
        return Ok(false);
    }
    crash::point("card.claimed");
    if tenure.is_short(engine) {
        // Another node may have it by now. Whoever claims it next sends it.
        return Ok(true);
    }
    let deliveries = sender.send(card.tenant, &rows, now).await;
    let opened = deliveries.iter().any(|delivery| matches!(delivery, Delivery::Opened { .. }));
    let mut progress = report(engine, class, card, rows.invitation.agent, deliveries).await?;
    if opened && !tenure.is_short(engine) {
        // The chat is known now, for this card and the next ones.
        let rows = engine.store.card(card.tenant, card.invitation).await?;
        let Some(rows) = rows.filter(|rows| rows.invitation.card.is_dirty()) else {
            return Ok(progress);
        };
        let deliveries = sender.send(card.tenant, &rows, engine.clock.now()).await;
        progress |= report(engine, class, card, rows.invitation.agent, deliveries).await?;
    }
    Ok(progress)
}

/// Reports what became of a card, in the class that it was sent in. True: it changed something.
async fn report(
    engine: &Engine,
    class: Class,
    card: DirtyCard,
    agent: AgentId,
    deliveries: Vec<Delivery>,
) -> Result<bool, StoreError> {
    let mut progress = false;
    for delivery in deliveries {
        crash::point("card.sent");
        let invitation = card.invitation;
        let command = match delivery {
            Delivery::Shown(copy) => Command::CardShown { invitation, copy },
            Delivery::Opened { reference } => Command::ChatOpened { agent, reference },
            Delivery::Failed(failure) => Command::CardFailed { invitation, failure },
        };
        let id = CommandId(format!("card:{}", engine.clock.new_id()));
        let report = Request::call(Envelope { tenant: card.tenant, id, command });
        match engine.store.execute(report.of_class(class)).await {
            Ok(_) => {
                crash::point("card.reported");
                progress = true;
            }
            Err(ExecuteError::Store(error)) => return Err(error),
            Err(error) => {
                tracing::warn!(target: "engine.dispatcher", %invitation, %error, "a report was refused");
            }
        }
    }
    Ok(progress)
}

/// How long to wait after `failures` failures in a row: 1, 2, 4 … seconds, at most a minute, and
/// never less than the platform asked for.
pub(crate) fn pause(failures: u32, asked: Option<std::time::Duration>) -> jiff::SignedDuration {
    let own = jiff::SignedDuration::from_secs(1_i64 << failures.min(6))
        .min(jiff::SignedDuration::from_mins(1));
    let asked = asked.and_then(|asked| jiff::SignedDuration::try_from(asked).ok());
    asked.map_or(own, |asked| asked.max(own))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn pauses_double_up_to_a_minute_and_respect_what_was_asked() {
        let seconds: Vec<i64> = (0..8).map(|failures| pause(failures, None).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(pause(0, Some(Duration::from_secs(90))).as_secs(), 90);
        assert_eq!(pause(5, Some(Duration::from_secs(1))).as_secs(), 32);
    }
}
