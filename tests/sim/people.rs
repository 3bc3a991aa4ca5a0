//! What people and tasks do, as futures that can be let go on beside each other.

use std::sync::Arc;

use beckon::clock::Clock;
use beckon::engine::{Engine, turn};
use beckon::store::{ExecuteError, NodeId, Request, Slot, Store};
use beckon_domain::command::{ActResult, Command, Envelope, Reply};
use beckon_domain::ids::{CommandId, InvitationId, SessionId, TenantId};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::clock::ManualClock;
use crate::diary::{Click, Diary, Fate, Letter};
use crate::outside::Outside;

/// Keys are kept for 72 hours; within this time a repeat is known for certain.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(70);
/// For how long a node asks for the lease.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// Everything that somebody who does something needs.
#[derive(Clone)]
pub(crate) struct Hands {
    pub(crate) engine: Engine,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) outside: Outside,
    pub(crate) diary: Diary,
    pub(crate) tenants: Vec<TenantId>,
}

impl Hands {
    fn young(&self, since: Timestamp) -> bool {
        self.clock.now().duration_since(since) < REMEMBERED
    }

    /// Sends a letter, for the first time or again.
    pub(crate) async fn send(self, letter: usize, slot: Option<Arc<Slot>>) {
        let mut envelope = self.diary.open().letters[letter].envelope.clone();
        if let Command::CustomerMessage { new_session, .. } = &mut envelope.command {
            // As the API does it: each request brings an id of its own.
            *new_session = SessionId(self.clock.new_id());
        }
        if let Command::ContactAgent { new_session, invitation, .. } = &mut envelope.command {
            *new_session = SessionId(self.clock.new_id());
            *invitation = InvitationId(self.clock.new_id());
        }
        let mut request = Request::call(envelope);
        if let Some(slot) = slot {
            request = request.with_slot(slot);
        }
        let outcome = self.store.execute(request).await;
        let mut diary = self.diary.open();
        let letter = &mut diary.letters[letter];
        match outcome {
            Ok(executed) => {
                let Some(Reply::Stored { session, seq }) = executed.reply else {
                    return self
                        .outside
                        .broken("rule 3: a message was answered with something else");
                };
                let told = Fate::Stored { session, seq };
                if matches!(letter.fate, Fate::Unknown | Fate::Refused) {
                    letter.fate = told;
                } else if letter.fate != told && self.young(letter.sent) {
                    let known = &letter.fate;
                    self.outside.broken(&format!("rule 3: a repeat of {known:?} gave {told:?}"));
                }
            }
            Err(ExecuteError::Cancelled) if letter.fate == Fate::Unknown => {
                letter.fate = Fate::Never;
            }
            Err(ExecuteError::Rejected(_)) if letter.fate == Fate::Unknown => {
                letter.fate = Fate::Refused;
            }
            Err(_) => {}
        }
    }

    /// Delivers a click, for the first time or again.
    pub(crate) async fn click(self, envelope: Envelope) {
        let outcome = self.engine.execute(envelope.clone()).await;
        let Ok(executed) = outcome else { return self.remember(envelope, None, false) };
        let done = |reply: &Option<Reply>| {
            matches!(reply, Some(Reply::Acted { result: ActResult::Done, .. }))
        };
        let fresh = !executed.repeated;
        let contradiction = {
            let diary = self.diary.open();
            let same = |click: &&Click| click.envelope.id == envelope.id && self.young(click.at);
            // Once done it stays done, and of all that were told so one did it.
            let contradicts = |click: &Click| {
                done(&click.told) && (!done(&executed.reply) || (fresh && click.fresh))
            };
            diary.clicks.iter().filter(same).any(contradicts)
        };
        if contradiction {
            let reply = &executed.reply;
            self.outside
                .broken(&format!("rule 3: a click that was done gave {reply:?}, new: {fresh}"));
        }
        self.remember(envelope, executed.reply, fresh);
    }

    fn remember(&self, envelope: Envelope, told: Option<Reply>, fresh: bool) {
        let at = self.clock.now();
        self.diary.open().clicks.push(Click { envelope, told, fresh, at });
    }

    /// Carries out a command whose answer nobody looks at.
    pub(crate) async fn command(self, tenant: TenantId, command: Command) {
        let _refused = self.engine.execute_new(tenant, command).await;
    }

    /// Gives up waiting after so many moments.
    pub(crate) async fn lose_patience(self, slot: Arc<Slot>, moments: u8) {
        for _ in 0..moments {
            tokio::task::yield_now().await;
        }
        slot.cancel();
    }

    pub(crate) async fn wait(self, seconds: u8) {
        self.outside.travel().await;
        let time = SignedDuration::from_secs(i64::from(seconds));
        self.clock.pass(time);
    }

    /// Fires what is due, and remembers what that was.
    pub(crate) async fn timers(self) {
        for tenant in &self.tenants {
            if let Ok((due, _)) = self.store.due_timers(*tenant, self.clock.now(), 100).await {
                self.diary.open().timers.extend(due);
            }
        }
        let _failed = turn::timers(&self.engine).await;
    }

    pub(crate) async fn lease(self, node: u8) {
        let node = NodeId(Uuid::from_u128(u128::from(node)));
        let now = self.clock.now();
        let Ok(true) = self.store.lease("simulation", node, now, LEASE).await else { return };
        let mut diary = self.diary.open();
        if diary.lease.is_some_and(|(holder, until)| holder != node && until > now) {
            self.outside.broken("rule 9: two nodes hold the same lease");
        }
        diary.lease = Some((node, now + LEASE));
    }

    /// Reads on in the feeds.
    pub(crate) async fn follow(self) {
        for tenant in &self.tenants {
            let after = self.diary.open().feed.get(tenant).map_or(0, |feed| feed.0);
            let Ok(entries) = self.store.feed(*tenant, after, 1_000).await else { return };
            let mut diary = self.diary.open();
            let feed = diary.feed.entry(*tenant).or_default();
            for entry in entries {
                if entry.pos <= feed.0 {
                    // Another reader of ours was faster.
                    continue;
                }
                feed.0 = entry.pos;
                let expected = feed.1.iter().filter(|(id, _)| *id == entry.session).count() + 1;
                if entry.event.seq != expected as u64 {
                    self.outside.broken("rule 10: the feed has a gap");
                }
                feed.1.push((entry.session, entry.event.seq));
            }
        }
    }

    /// Whether a letter can be sent again under its key, and its fate must be the same then.
    pub(crate) fn may_repeat(&self, letter: usize) -> bool {
        let diary = self.diary.open();
        let letter = &diary.letters[letter];
        let lost = matches!(letter.fate, Fate::Never | Fate::Refused);
        let lost = lost || (letter.hasty && letter.fate == Fate::Unknown);
        !lost && self.young(letter.sent)
    }

    /// Writes a letter down; it is still to be sent.
    pub(crate) fn write(&self, envelope: Envelope, text: String, hasty: bool) -> usize {
        let sent = self.clock.now();
        let mut diary = self.diary.open();
        diary.letters.push(Letter { envelope, text, fate: Fate::Unknown, sent, hasty });
        diary.letters.len() - 1
    }
}

/// The key of what an agent writes, as the API makes it.
pub(crate) fn agent_key(session: SessionId, letter: usize) -> CommandId {
    CommandId(format!("agent:{session}:{letter}"))
}
