//! Lanes: sends what must arrive in order, one at a time in each lane, lanes beside each other.
//!
//! ```text
//!  claim (epoch + 1, lease) ──► head ──► join ──► still ours? ──► send ──► settle ──► more?
//! ```
//!
//! The epoch fences what is reported. What is sent is fenced by time: right before each send the
//! worker looks how long it has had the lane, and has the claim renewed when less than a third of
//! the lease is left. So no send begins that could still run when another node has the lane.
//!
//! The other side may be told something twice, when this process dies between the sending and the
//! settling; what is sent carries an id that stays the same, so the other side can tell.
//!
//! Lanes in which nothing waits but what the sweep left behind are of a class of their own, with a
//! loop and slots of their own: they hold up nobody who waits (P6).

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use beckon_domain::command::{Command, Envelope, RoomReport};
use beckon_domain::effect::{EffectBody, LaneKey, RoomTask};
use beckon_domain::ids::CommandId;
use jiff::{SignedDuration, Timestamp};
use tokio_util::task::TaskTracker;

use super::dispatcher::pause;
use super::in_flight::{Held, InFlight, slots};
use super::join::joined;
use super::tenure::Tenure;
use super::{Engine, Stop, crash, rest};
use crate::store::{
    Class, ExecuteError, LaneClaim, OutboxEntry, Request, Settled, Settlement, StoreError,
};

/// For how long a claim holds without a sign of life: three times what one send may take.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// How many entries are looked at together.
const HEAD: usize = 32;
/// A message that could not be delivered for so long is given up, after so many tries at least, and
/// when Beckon has been there for so long: while it was away nothing was tried, and the other side may
/// come back at the same time.
const MESSAGE_PATIENCE: SignedDuration = SignedDuration::from_hours(24);
const MESSAGE_ATTEMPTS: u32 = 10;
const MESSAGE_PRESENCE: SignedDuration = SignedDuration::from_hours(1);
/// A room is tried for so long, then the conversation goes on without it (I6); where Beckon is only
/// asked to wait, three times as long.
const ROOM_PATIENCE: SignedDuration = SignedDuration::from_secs(20);
/// What is left to tidy up in a chat is tried for so long.
const TIDY_PATIENCE: SignedDuration = SignedDuration::from_hours(1);
/// A notice is given up after so many tries, or when its time is over.
const NOTICE_ATTEMPTS: u32 = 10;

/// Delivers what is in a lane.
#[async_trait]
pub trait EffectSender: Send + Sync {
    /// Delivers these entries of one lane, in order, as one, within 20 s: the lane is this node's
    /// for at least so long.
    async fn send(&self, claim: &LaneClaim, batch: &[OutboxEntry]) -> Sent;
}

/// What became of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Sent {
    /// All of it arrived.
    Delivered,
    /// Not now. Try again, not before `after` if it is given.
    Later {
        /// Why, for the administrator.
        error: String,
        /// How long the other side asked us to wait.
        after: Option<Duration>,
        /// Whether it was an attempt: not when the other side only asked us to wait.
        counted: bool,
    },
    /// Never: the other side refuses the first of these entries for good.
    Refused {
        /// Why, for the administrator.
        error: String,
    },
    /// Never, and nothing else either: the other side is gone for good.
    Gone {
        /// Why, for the administrator.
        error: String,
    },
}

/// What sends from lanes, one loop for each class.
#[derive(Clone)]
pub(super) struct Lanes {
    engine: Engine,
    sender: Arc<dyn EffectSender>,
    tasks: TaskTracker,
    stop: Stop,
}

impl Lanes {
    pub(super) fn new(
        engine: &Engine,
        sender: Arc<dyn EffectSender>,
        tasks: &TaskTracker,
        stop: &Stop,
    ) -> Self {
        let (engine, tasks, stop) = (engine.clone(), tasks.clone(), stop.clone());
        Self { engine, sender, tasks, stop }
    }

    pub(super) async fn run(self, class: Class) {
        // What this process is sending; a lane whose lease ran out meanwhile is not claimed again
        // here.
        let in_flight = InFlight::<LaneClaim>::default();
        let bell = self.engine.signals.effects.of(class);
        loop {
            let free = slots(class).saturating_sub(in_flight.len());
            let next = match claim(&self.engine, class, free).await {
                Ok((claims, tenure, next)) => {
                    // Never in hand already: their epochs are new.
                    for held in claims.into_iter().filter_map(|claim| in_flight.take(claim)) {
                        self.tasks.spawn(self.clone().work(class, held, tenure));
                    }
                    next
                }
                Err(error) => {
                    tracing::error!(target: "engine.lanes", %error, "lanes wait for the store");
                    None
                }
            };
            if !rest(&self.engine, bell, next, &self.stop.gently).await {
                return;
            }
        }
    }

    async fn work(self, class: Class, held: Held<LaneClaim>, tenure: Tenure) {
        let (engine, sender) = (&self.engine, &*self.sender);
        if let Err(error) = work(engine, sender, class, &held, tenure, &self.stop).await {
            // The lease runs out, and the lane is claimed anew.
            tracing::error!(target: "engine.lanes", %error, "a lane waits for the store");
        }
        drop(held);
        self.engine.signals.effects.of(class).notify_one();
        if class == Class::Maintenance {
            // Somebody may have begun to wait in it meanwhile: then it is the other loop's to claim,
            // which found it in our hands when it was rung for.
            self.engine.signals.effects.of(Class::Live).notify_one();
        }
    }
}

async fn claim(
    engine: &Engine,
    class: Class,
    free: usize,
) -> Result<(Vec<LaneClaim>, Tenure, Option<Timestamp>), StoreError> {
    let tenure = Tenure::begin(engine, LEASE);
    if free == 0 {
        return Ok((Vec::new(), tenure, None));
    }
    let (claims, next) =
        engine.store.claim_lanes(class, engine.node, engine.clock.now(), LEASE, free).await?;
    Ok((claims, tenure, next))
}

/// Claims what is due and works through it, lane after lane, until nothing is left to do now: one
/// turn of the dispatcher for callers that make time pass themselves. How many lanes there were.
///
/// # Errors
/// [`StoreError`]; what was not settled is found again.
pub async fn drain(engine: &Engine, sender: &dyn EffectSender) -> Result<usize, StoreError> {
    let mut worked = 0;
    for class in Class::ALL {
        let (claims, tenure, _) = claim(engine, class, slots(class)).await?;
        for claim in &claims {
            work(engine, sender, class, claim, tenure, &Stop::default()).await?;
        }
        worked += claims.len();
    }
    Ok(worked)
}

/// Sends from a claimed lane until it is empty, has to rest, or is another node's.
async fn work(
    engine: &Engine,
    sender: &dyn EffectSender,
    class: Class,
    claim: &LaneClaim,
    mut tenure: Tenure,
    stop: &Stop,
) -> Result<(), StoreError> {
    loop {
        let head = engine.store.lane_head(claim, HEAD).await?;
        let settlement = match head.first() {
            None => Settlement::Sent { through: 0 },
            Some(first) => {
                crash::point("lane.claimed");
                // Nothing is waited for between the last look and the send.
                while tenure.is_short(engine) {
                    tenure = Tenure::begin(engine, LEASE);
                    if !engine.store.renew_lane(claim, engine.clock.now(), LEASE).await? {
                        return Ok(());
                    }
                }
                let now = engine.clock.now();
                let expired = first.effect.not_after.is_some_and(|until| until < now);
                let batch = &head[..joined(&head)];
                let sent = if expired {
                    Some(Sent::Refused { error: "its time was over".to_owned() })
                } else {
                    tokio::select! {
                        biased;
                        sent = sender.send(claim, batch) => Some(sent),
                        () = stop.at_once.cancelled() => None,
                    }
                };
                crash::point("lane.sent");
                match sent {
                    Some(sent) => settle(engine, class, batch, sent).await?,
                    None => let_go(batch, now),
                }
            }
        };
        tenure = Tenure::begin(engine, LEASE);
        let settled = engine.store.settle(claim, settlement, engine.clock.now(), LEASE).await?;
        crash::point("lane.settled");
        if settled != Settled::More || stop.gently.is_cancelled() {
            return Ok(());
        }
    }
}

/// Decides what becomes of the head, and tells the session first if it is given up: should we die
/// in between, it is told once more, under the same key.
async fn settle(
    engine: &Engine,
    class: Class,
    batch: &[OutboxEntry],
    sent: Sent,
) -> Result<Settlement, StoreError> {
    let [first, ..] = batch else { return Ok(Settlement::Sent { through: 0 }) };
    let last = batch.last().unwrap_or(first);
    let now = engine.clock.now();
    let outcome = match &sent {
        Sent::Delivered => "delivered",
        Sent::Later { .. } => "later",
        Sent::Refused { .. } => "refused",
        Sent::Gone { .. } => "gone",
    };
    metrics::counter!("beckon_effects_total", "outcome" => outcome).increment(batch.len() as u64);
    let (error, gone) = match sent {
        Sent::Delivered => return Ok(Settlement::Sent { through: last.pos }),
        Sent::Later { error, after, counted }
            if !hopeless(first, engine.began, (now, next_try(first, now, after)), counted) =>
        {
            let at = next_try(first, now, after);
            return Ok(Settlement::Retry { pos: first.pos, through: last.pos, at, error, counted });
        }
        // What was tried in vain for so long stood in the way of all that is behind it.
        Sent::Later { error, .. } => (error, first.attempts > 0),
        Sent::Gone { error } => (error, true),
        Sent::Refused { error } => (error, false),
    };
    give_up(engine, class, first, &error, gone).await?;
    crash::point("lane.given_up");
    Ok(match &first.effect.body {
        // The session went on without it: there is nothing to try again.
        EffectBody::Room {
            task: RoomTask::Open | RoomTask::HandOver { .. } | RoomTask::Close,
            ..
        } => Settlement::Sent { through: first.pos },
        _ => Settlement::Dead { pos: first.pos, error },
    })
}

/// What a stop cut off may have arrived, or not: it does not count as an attempt, it is due at
/// once, and whoever has it next is told that it was tried.
fn let_go(batch: &[OutboxEntry], now: Timestamp) -> Settlement {
    let places = batch.first().zip(batch.last());
    let (pos, through) = places.map_or((0, 0), |(first, last)| (first.pos, last.pos));
    let error = "let go of by a stop: it may have arrived".to_owned();
    Settlement::Retry { pos, through, at: now, error, counted: false }
}

fn next_try(entry: &OutboxEntry, now: Timestamp, asked: Option<Duration>) -> Timestamp {
    now.saturating_add(pause(entry.attempts, asked)).unwrap_or(Timestamp::MAX)
}

/// Whether an entry was tried long enough: the policy of each kind of effect. Its age alone does not
/// tell, since Beckon may have been away: what counts is for how long it could be tried, by an engine
/// that `began` then. What fails for the first time is tried once more, and where Beckon is only asked
/// to wait, which is no failure, it waits for a multiple of the usual time.
fn hopeless(
    entry: &OutboxEntry,
    began: Timestamp,
    (now, next): (Timestamp, Timestamp),
    counted: bool,
) -> bool {
    let since = entry.at.max(began);
    let waited = now.duration_since(since);
    match entry.effect.body {
        EffectBody::Message { .. } if counted => {
            now.duration_since(entry.at) > MESSAGE_PATIENCE
                && waited > MESSAGE_PRESENCE
                && entry.attempts + 1 >= MESSAGE_ATTEMPTS
        }
        EffectBody::Message { .. } => waited > MESSAGE_PATIENCE * 2 && entry.error.is_some(),
        EffectBody::Notice { .. } => counted && entry.attempts + 1 >= NOTICE_ATTEMPTS,
        EffectBody::Room { task: RoomTask::Open | RoomTask::HandOver { .. }, .. } if counted => {
            entry.attempts > 0 && next.duration_since(since) > ROOM_PATIENCE
        }
        EffectBody::Room { task: RoomTask::Open | RoomTask::HandOver { .. }, .. } => {
            waited > ROOM_PATIENCE * 3
        }
        EffectBody::Room { .. } if counted => entry.attempts > 0 && waited > TIDY_PATIENCE,
        EffectBody::Room { .. } => waited > TIDY_PATIENCE * 2,
    }
}

async fn give_up(
    engine: &Engine,
    class: Class,
    entry: &OutboxEntry,
    reason: &str,
    gone: bool,
) -> Result<(), StoreError> {
    tracing::warn!(
        target: "engine.lanes",
        lane = entry.effect.lane.stored(), pos = entry.pos, reason, "given up"
    );
    let reason = reason.to_owned();
    let command = match &entry.effect.body {
        EffectBody::Message { session, seq } => {
            // A room is not the customer's channel: the conversation goes on without it.
            let channel_gone = gone && matches!(entry.effect.lane, LaneKey::Customer { .. });
            Command::MessageUndelivered { session: *session, seq: *seq, reason, channel_gone }
        }
        EffectBody::Notice { session, notice } => {
            Command::NoticeDropped { session: *session, kind: notice.kind(), reason }
        }
        EffectBody::Room { session, attempt, task } => {
            let Some(report) = room_given_up(task, reason) else { return Ok(()) };
            Command::Room { session: *session, attempt: *attempt, report }
        }
    };
    let id = CommandId(format!("given-up:{}", entry.pos));
    let envelope = Envelope { tenant: entry.tenant, id, command };
    match engine.store.execute(Request::call(envelope).of_class(class)).await {
        Ok(_) | Err(ExecuteError::Rejected(_)) => Ok(()),
        Err(ExecuteError::Store(error)) => Err(error),
        Err(ExecuteError::Cancelled | ExecuteError::UnderWay) => Err(StoreError::Conflict),
    }
}

/// What a session learns when nothing more is tried for its room; `None`: it learns nothing.
pub(crate) fn room_given_up(task: &RoomTask, reason: String) -> Option<RoomReport> {
    match task {
        RoomTask::Open => Some(RoomReport::Failed { reason }),
        RoomTask::HandOver { .. } => Some(RoomReport::NotHandedOver { reason }),
        RoomTask::Close => Some(RoomReport::Closed),
        // Somebody is left in a chat where nothing happens any more.
        // And that something was not sent is an event, whoever was told.
        RoomTask::Empty | RoomTask::Abandon { .. } | RoomTask::Answer { .. } => None,
    }
}
