//! The measures of reports (`facts/outcomes.md` §5.4), folded from the rows of a span.
//!
//! They are folded here and not by the database: percentiles need every value, a day is one in the
//! tenant's zone, and both stores give the same figures.

mod times;

use std::collections::HashMap;

use beckon_domain::ids::{AgentId, ServiceId};
use beckon_domain::outcome::{self, Outcome};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use uuid::Uuid;

use self::times::{Begin, times};
use super::outcome_of;
use crate::store::StoreError;

/// The columns that measures are made from, in the order of [`MeasureRow`].
macro_rules! measure_columns {
    () => {
        "SELECT service, agent, channel, outcome, created, queued, first_connect, first_reply,
         acw_end, queue_ms, connected_ms, acw_ms, offers, declines, misses, undeliverable,
         transfers, shared, sla_seconds FROM session_report "
    };
}
pub(in crate::store) use measure_columns;

/// A finished session, as far as measures go: instants in microseconds, sums in milliseconds.
pub(in crate::store) struct MeasureRow<'r> {
    pub(in crate::store) service: &'r str,
    pub(in crate::store) agent: Option<Uuid>,
    pub(in crate::store) channel: &'r str,
    pub(in crate::store) outcome: i64,
    pub(in crate::store) created: i64,
    pub(in crate::store) queued: Option<i64>,
    pub(in crate::store) first_connect: Option<i64>,
    pub(in crate::store) first_reply: Option<i64>,
    pub(in crate::store) acw_end: Option<i64>,
    pub(in crate::store) queue_ms: i64,
    pub(in crate::store) connected_ms: i64,
    pub(in crate::store) acw_ms: i64,
    /// Offers, declines, misses, undeliverable, transfers.
    pub(in crate::store) counts: [i64; 5],
    /// Whether who was rung is told by `agent_rings`.
    pub(in crate::store) shared: bool,
    pub(in crate::store) sla_seconds: i64,
}

/// Finished sessions of one line and one outcome, added up by the database.
pub(in crate::store) struct MeasurePart<'r> {
    pub(in crate::store) line: Line<'r>,
    pub(in crate::store) outcome: i64,
    pub(in crate::store) waits: Vec<i64>,
    /// Sessions; those that were queued, and no longer than agreed; connected, how long; after-call work, how
    /// long; replied, how long that took.
    pub(in crate::store) sums: [i64; 8],
    /// Offers, declines, misses, undeliverable, transfers.
    pub(in crate::store) counts: [i64; 5],
}

/// How often an agent was rung for sessions of one line.
pub(in crate::store) struct RingsPart<'r> {
    pub(in crate::store) line: Line<'r>,
    /// Offers, declines, misses, undeliverable.
    pub(in crate::store) counts: [i64; 4],
}

/// What something is about. What is not told apart may be missing.
pub(in crate::store) struct Line<'r> {
    /// How many of [`Measures::begins`] have begun by then.
    pub(in crate::store) begun: usize,
    pub(in crate::store) service: Option<&'r str>,
    pub(in crate::store) channel: Option<&'r str>,
    pub(in crate::store) agent: Option<Uuid>,
}

/// How many of the counts are about rings; they come first.
const RINGS: usize = 4;

/// What figures are told apart by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "any of the five, in any combination")]
pub struct Grouping {
    /// By service.
    pub service: bool,
    /// By the agent who had the session at the end; of rings, by the agent who was rung.
    pub agent: bool,
    /// By kind of channel.
    pub channel: bool,
    /// By the day on which the session began.
    pub day: bool,
    /// By the hour of the day in which it began.
    pub hour: bool,
}

/// What the figures of one line are about; `None` where it is not told apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    /// The day, in the tenant's zone.
    pub day: Option<Date>,
    /// The hour of the day, 0–23, in the tenant's zone. The hour that comes twice when clocks go
    /// back is one.
    pub hour: Option<i8>,
    /// The service.
    pub service: Option<ServiceId>,
    /// The name of the channel's kind.
    pub channel: Option<String>,
    /// The agent; `None` also for sessions that nobody had.
    pub agent: Option<AgentId>,
}

/// Figures of finished sessions. Times in milliseconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measure {
    /// How many there are.
    pub sessions: u64,
    /// How many ended in each way; the place of an outcome is its id less one.
    pub outcomes: [u64; 29],
    /// How long those that were queued waited.
    pub waits: Vec<u32>,
    /// Of those that were queued: how many an agent handled.
    pub reached: u64,
    /// Of those that were queued and an agent handled: how many waited no longer than agreed.
    pub accepted_in_time: u64,
    /// Of those that were queued: how many whose customer hung up.
    pub gave_up: u64,
    /// Of these: how many waited no longer than agreed.
    pub hung_up_in_time: u64,
    /// How many an agent had.
    pub connected: u64,
    /// How long, together.
    pub connected_ms: u64,
    /// How many had after-call work.
    pub acw: u64,
    /// How long, together.
    pub acw_ms: u64,
    /// How many got a reply from an agent.
    pub replied: u64,
    /// How long that took from the first connect, together.
    pub reply_ms: u64,
    /// Offers, declines, misses, undeliverable, transfers. Where agents are told apart, the first
    /// four are those of the agent who was rung, whoever had the session at the end.
    pub counts: [u64; 5],
}

impl Measure {
    fn take(&mut self, row: &MeasureRow<'_>, outcome: Outcome, asked_ms: Option<i64>, apart: bool) {
        self.sessions += 1;
        self.outcomes[usize::from(outcome.id()) - 1] += 1;
        // Not all were: whoever is on call can be given a session that never waited, and a customer
        // can leave before the queue.
        if row.queued.is_some() {
            self.waits.push(u32::try_from(row.queue_ms).unwrap_or(u32::MAX));
            let in_time = row.queue_ms <= asked_ms.unwrap_or(row.sla_seconds * 1000);
            self.judge(outcome, 1, in_time.into());
        }
        if let Some(connect) = row.first_connect {
            self.connected += 1;
            self.connected_ms += natural(row.connected_ms);
            if let Some(reply) = row.first_reply {
                self.replied += 1;
                self.reply_ms += natural((reply - connect) / 1000);
            }
        }
        if row.acw_end.is_some() {
            self.acw += 1;
            self.acw_ms += natural(row.acw_ms);
        }
        let mut counts = row.counts;
        if apart && row.shared {
            counts[..RINGS].fill(0);
        }
        self.count(counts);
    }

    fn add(&mut self, part: MeasurePart<'_>, outcome: Outcome) {
        let [sessions, in_time, connected, connected_ms, acw, acw_ms, replied, reply_ms] =
            part.sums.map(natural);
        self.sessions += sessions;
        self.outcomes[usize::from(outcome.id()) - 1] += sessions;
        self.judge(outcome, part.waits.len() as u64, in_time);
        self.waits
            .extend(part.waits.into_iter().map(|wait| u32::try_from(wait).unwrap_or(u32::MAX)));
        self.connected += connected;
        self.connected_ms += connected_ms;
        self.acw += acw;
        self.acw_ms += acw_ms;
        self.replied += replied;
        self.reply_ms += reply_ms;
        self.count(part.counts);
    }

    /// So many that were queued ended so, and so many of them waited no longer than agreed.
    fn judge(&mut self, outcome: Outcome, queued: u64, in_time: u64) {
        match outcome.group() {
            outcome::Group::ByUser => {
                self.reached += queued;
                self.accepted_in_time += in_time;
            }
            outcome::Group::CustomerLeft => {
                self.gave_up += queued;
                self.hung_up_in_time += in_time;
            }
            _ => {}
        }
    }

    fn count(&mut self, counts: impl IntoIterator<Item = i64>) {
        for (sum, count) in self.counts.iter_mut().zip(counts) {
            *sum += natural(count);
        }
    }

    /// How many ended in a group of outcomes.
    pub fn of(&self, group: outcome::Group) -> u64 {
        let counted = Outcome::ALL.into_iter().zip(self.outcomes);
        counted.filter(|(outcome, _)| outcome.group() == group).map(|(_, count)| count).sum()
    }

    /// The time that `percent` of those that were queued waited at most: the smallest such, so it
    /// is one that somebody waited. `None` when nobody was queued.
    pub fn waited(&mut self, percent: usize) -> Option<u32> {
        let last = self.waits.len().checked_sub(1)?;
        let place = (self.waits.len() * percent).div_ceil(100).saturating_sub(1).min(last);
        Some(*self.waits.select_nth_unstable(place).1)
    }
}

/// A number that is never negative, where clocks are right.
fn natural(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// Figures by group, as they add up.
#[derive(Debug)]
pub struct Measures {
    by: Grouping,
    /// The agreed time that is asked about; `None`: each session's own.
    asked_ms: Option<i64>,
    /// When each day of the span begins, or each hour, in order: what is told apart by.
    times: Vec<Begin>,
    services: Vec<String>,
    channels: Vec<String>,
    groups: HashMap<Key, Measure>,
}

/// A group by its time and its places in the lists of services and channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    day: Option<Date>,
    hour: Option<i8>,
    service: usize,
    channel: usize,
    agent: Option<Uuid>,
}

impl Measures {
    /// Nothing yet, for sessions that begin between `from` and `until`. Days begin at midnight in
    /// `zone`. Those that waited no longer than `sla_seconds` are counted as in time; `None`: than
    /// what each one's service had agreed on when it ended.
    pub fn new(
        by: Grouping,
        zone: &TimeZone,
        from: Timestamp,
        until: Timestamp,
        sla_seconds: Option<u32>,
    ) -> Self {
        Self {
            by,
            asked_ms: sla_seconds.map(|seconds| i64::from(seconds) * 1000),
            times: times(by, zone, from, until),
            services: Vec::new(),
            channels: Vec::new(),
            groups: HashMap::new(),
        }
    }

    /// When each time that is told apart begins, in microseconds and in order.
    pub(in crate::store) fn begins(&self) -> Vec<i64> {
        self.times.iter().map(|(begin, ..)| *begin).collect()
    }

    /// How many of [`Self::begins`] have begun by then.
    pub(in crate::store) fn begun(&self, at: i64) -> usize {
        self.times.partition_point(|(begin, ..)| *begin <= at)
    }

    /// What figures are told apart by.
    pub(in crate::store) fn by(&self) -> Grouping {
        self.by
    }

    /// The agreed time that is asked about, in milliseconds; `None`: each session's own.
    pub(in crate::store) fn asked_ms(&self) -> Option<i64> {
        self.asked_ms
    }

    /// A finished session. Where agents are told apart, by line or by what is asked for, what a
    /// shared one says of rings is left to [`Self::ring`].
    pub(in crate::store) fn take(
        &mut self,
        row: &MeasureRow<'_>,
        apart: bool,
    ) -> Result<(), StoreError> {
        let outcome = outcome_of(Some(row.outcome))?;
        let line = Line {
            begun: self.begun(row.created),
            service: Some(row.service),
            channel: Some(row.channel),
            agent: row.agent,
        };
        let asked_ms = self.asked_ms;
        self.line(&line).take(row, outcome, asked_ms, apart);
        Ok(())
    }

    /// Finished sessions, added up already.
    pub(in crate::store) fn add(&mut self, part: MeasurePart<'_>) -> Result<(), StoreError> {
        let outcome = outcome_of(Some(part.outcome))?;
        self.line(&part.line).add(part, outcome);
        Ok(())
    }

    /// How often an agent was rung for shared sessions.
    pub(in crate::store) fn ring(&mut self, part: &RingsPart<'_>) {
        self.line(&part.line).count(part.counts);
    }

    fn line(&mut self, line: &Line<'_>) -> &mut Measure {
        let (day, hour) = self
            .times
            .get(line.begun.saturating_sub(1))
            .map_or((None, None), |(_, day, hour)| (*day, *hour));
        let place = |wanted: bool, list: &mut Vec<String>, name: Option<&str>| match name {
            Some(name) if wanted => interned(list, name),
            _ => 0,
        };
        let key = Key {
            day,
            hour,
            service: place(self.by.service, &mut self.services, line.service),
            channel: place(self.by.channel, &mut self.channels, line.channel),
            agent: line.agent.filter(|_| self.by.agent),
        };
        self.groups.entry(key).or_default()
    }

    /// All groups in order: by day, hour, service, channel, agent.
    pub fn groups(self) -> Vec<(Group, Measure)> {
        let Self { by, services, channels, groups, .. } = self;
        let named = |wanted: bool, list: &[String], place: usize| {
            wanted.then(|| list.get(place).cloned()).flatten()
        };
        let mut all: Vec<_> = groups
            .into_iter()
            .map(|(key, measure)| {
                let group = Group {
                    day: key.day,
                    hour: key.hour,
                    service: named(by.service, &services, key.service).map(ServiceId),
                    channel: named(by.channel, &channels, key.channel),
                    agent: key.agent.map(AgentId),
                };
                (group, measure)
            })
            .collect();
        all.sort_by(|(one, _), (two, _)| one.cmp(two));
        all
    }
}

/// The place of a name in a short list; it is added when it is not there.
fn interned(list: &mut Vec<String>, name: &str) -> usize {
    list.iter().position(|known| known == name).unwrap_or_else(|| {
        list.push(name.to_owned());
        list.len() - 1
    })
}

#[cfg(test)]
mod tests;
