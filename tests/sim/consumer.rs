//! The receivers of answers and notices. What comes twice is known by its id; beyond that, a lane
//! has to be in order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use beckon::clock::Clock;
use beckon::engine::{EffectSender, Sent};
use beckon::store::{LaneClaim, OutboxEntry};
use beckon_domain::effect::{EffectBody, LaneKey};
use beckon_domain::ids::{SessionId, TenantId};
use jiff::{SignedDuration, Timestamp};

use crate::clock::ManualClock;
use crate::outside::{Answer, Outside};

/// For how long a lane is a sender's when a send begins.
const LONGEST_SEND: SignedDuration = SignedDuration::from_secs(20);

#[derive(Default)]
pub(crate) struct Consumer {
    /// Messages of each lane in the order in which they were first received.
    pub(crate) received: BTreeMap<(TenantId, LaneKey), Vec<Received>>,
    known: BTreeSet<(TenantId, SessionId, u64)>,
    /// Keys of notices, within their session.
    pub(crate) notices: BTreeSet<(TenantId, SessionId, String)>,
    /// The claims by which each lane is being sent from, and since when.
    sending: BTreeMap<(TenantId, LaneKey), Vec<(u64, Timestamp)>>,
    /// The newest claim by which each lane was sent from.
    newest: BTreeMap<(TenantId, LaneKey), u64>,
}

#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Received {
    pub(crate) session: SessionId,
    pub(crate) seq: u64,
    pub(crate) text: String,
}

impl Consumer {
    fn receive(&mut self, claim: &LaneClaim, entry: &OutboxEntry) -> Result<(), String> {
        match &entry.effect.body {
            EffectBody::Room { .. } => {}
            EffectBody::Notice { session, .. } => {
                let key = entry.effect.unique.clone().ok_or("rule 5: a notice without a key")?;
                self.notices.insert((entry.tenant, *session, key));
            }
            EffectBody::Message { session, seq } => {
                let message = entry.message.as_ref().ok_or("rule 5: a message without its row")?;
                if !self.known.insert((entry.tenant, *session, *seq)) {
                    return Ok(());
                }
                let lane = (claim.tenant, claim.lane.clone());
                let lane = self.received.entry(lane).or_default();
                if let Some(last) = lane.iter().rfind(|last| last.session == *session)
                    && last.seq >= *seq
                {
                    return Err(format!(
                        "rule 5: message {seq} of {session} came after {}",
                        last.seq
                    ));
                }
                if lane.last().is_some_and(|last| last.session != *session)
                    && lane.iter().any(|earlier| earlier.session == *session)
                {
                    return Err(format!("rule 5: {session} goes on after its successor began"));
                }
                lane.push(Received { session: *session, seq: *seq, text: message.text.clone() });
            }
        }
        Ok(())
    }

    /// The number of the newest claim of any lane.
    pub(crate) fn claims(&self) -> u64 {
        self.newest.values().copied().max().unwrap_or(0)
    }

    /// Notes that a lane is being sent from. One at a time, but beside a send that takes too long;
    /// and never by a claim that another one has followed.
    fn begin(&mut self, claim: &LaneClaim, now: Timestamp) -> Result<(), String> {
        let lane = (claim.tenant, claim.lane.clone());
        let newest = self.newest.entry(lane.clone()).or_default();
        let followed = *newest > claim.epoch;
        *newest = claim.epoch.max(*newest);
        let sending = self.sending.entry(lane).or_default();
        let doubled = sending.iter().any(|(_, since)| now.duration_since(*since) < LONGEST_SEND);
        sending.push((claim.epoch, now));
        if followed {
            Err(format!("rule 5: one who lost {} sends from it", claim.lane))
        } else if doubled {
            Err(format!("rule 5: two send from {} at once", claim.lane))
        } else {
            Ok(())
        }
    }
}

pub(crate) struct Sender {
    pub(crate) outside: Outside,
    pub(crate) clock: Arc<ManualClock>,
}

/// A send that is under way, until it ends or is cut off.
struct UnderWay<'a>(&'a Outside, &'a LaneClaim);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let key = (self.1.tenant, self.1.lane.clone());
        if let Some(sending) = self.0.lock().consumer.sending.get_mut(&key) {
            sending.retain(|(epoch, _)| *epoch != self.1.epoch);
        }
    }
}

#[async_trait]
impl EffectSender for Sender {
    async fn send(&self, claim: &LaneClaim, batch: &[OutboxEntry]) -> Sent {
        let begun = self.outside.lock().consumer.begin(claim, self.clock.now());
        if let Err(rule) = begun {
            self.outside.broken(&rule);
        }
        let _under_way = UnderWay(&self.outside, claim);
        self.outside.travel().await;
        let answer = {
            let mut outside = self.outside.lock();
            let answer = outside.answer();
            if matches!(answer, Answer::Ok | Answer::Lost) {
                for entry in batch {
                    if let Err(rule) = outside.consumer.receive(claim, entry) {
                        outside.broken.get_or_insert(rule);
                    }
                }
            }
            answer
        };
        self.outside.travel().await;
        match answer {
            Answer::Ok => Sent::Delivered,
            Answer::Refused => Sent::Refused { error: "422".to_owned() },
            Answer::Lost | Answer::Later => {
                Sent::Later { error: "503".to_owned(), after: None, counted: true }
            }
            Answer::Limited => Sent::Later {
                error: "429".to_owned(),
                after: Some(Duration::from_secs(20)),
                counted: false,
            },
        }
    }
}
