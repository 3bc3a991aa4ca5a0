//! The flat rows that reports are made from, folded from a session's events.
//!
//! They say nothing that the events do not say; they only say it so that a month of a service is
//! one walk over neighbouring rows. They are written in the transaction that ends the session, and
//! again with what comes after the end: after-call work, and deliveries that fail late.

mod measures;

use beckon_domain::event::{Event, EventKind};
use beckon_domain::ids::{AccountId, AgentId, ServiceId, SessionId};
use beckon_domain::outcome::{self, EndedBy, Outcome};
use beckon_domain::report::{self, Counts, Sums, Times};
use beckon_domain::session::{Phase, Session};
use beckon_domain::settings::Channel;
use beckon_domain::wrap_up::Codes;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

pub use self::measures::{Group, Grouping, Measure, Measures};
pub(super) use self::measures::{Line, MeasurePart, MeasureRow, RingsPart, measure_columns};
use super::StoreError;
use super::codec::{from_word, micros, timestamp, word};

const TABLE: &str = "session_report";

/// A finished session in numbers (`facts/outcomes.md` §5.4): a row of `session_report`.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionReport {
    /// The session.
    pub session: SessionId,
    /// Its service when it ended.
    pub service: ServiceId,
    /// The account that the customer wrote to.
    pub account: AccountId,
    /// The kind of that channel.
    pub channel: Channel,
    /// The agent who had it when it ended.
    pub agent: Option<AgentId>,
    /// How it ended.
    pub outcome: Outcome,
    /// Who ended it.
    pub ended_by: EndedBy,
    /// Whether the customer asked for one agent.
    pub direct: bool,
    /// When the workflow accepted the customer.
    pub accepted: Option<Timestamp>,
    /// When things first happened. `created` and `ended` are always there.
    pub times: Times,
    /// How often they did.
    pub counts: Counts,
    /// How long they took, in whole milliseconds.
    pub sums: Sums,
    /// What was said about it afterwards.
    pub codes: Codes,
    /// Whether codes that have to be chosen were not.
    pub codes_missing: bool,
    /// Whether anybody was rung but the one who had it at the end. Who was rung how often is then
    /// told by a row of `agent_rings` for each; otherwise all of [`Self::counts`] is theirs.
    pub shared: bool,
    /// The agreed time of waiting of its service as it stood at the end, in seconds: what
    /// [`Self::within_sla`] is judged by, whatever is agreed on later.
    pub sla_seconds: u32,
}

/// A report as columns: texts and keys by name, all other columns in the order of
/// [`report_columns`].
pub(super) struct ReportColumns {
    pub(super) session: Uuid,
    pub(super) service: String,
    pub(super) account: String,
    pub(super) channel: String,
    pub(super) ended_by: String,
    pub(super) agent: Option<Uuid>,
    pub(super) numbers: [Option<i64>; NUMBERS],
    /// `codes`, `codes2` and `tags`.
    pub(super) said: [Option<String>; SAID],
}

/// How many columns hold numbers.
pub(super) const NUMBERS: usize = 29;
/// How many columns hold what was said about a session.
pub(super) const SAID: usize = 3;
/// What stands between tags; none has one in it.
const BETWEEN: &str = ",";

/// The columns of `session_report`, in the order in which they are written and read; what comes
/// after `agent` are the numbers, and last what was said.
macro_rules! report_columns {
    () => {
        "session, service, account, channel, ended_by, agent,
         outcome, outcome_group, direct, stale,
         created, accepted, queued, first_offer, first_connect, first_reply, ended, acw_end,
         workflow_ms, queue_ms, ring_ms, connected_ms, parked_ms, acw_ms,
         offers, declines, misses, undeliverable, transfers, messages_in, messages_out, undelivered,
         codes_missing, shared, sla_seconds, codes, codes2, tags"
    };
}
pub(super) use report_columns;

impl SessionReport {
    /// The report of a session, folded from all its events. `None` while it is open.
    pub fn of(session: &Session, events: &[Event]) -> Option<Self> {
        let Phase::Ended { agent, .. } = session.phase else { return None };
        let fold = report::fold(events);
        let accepted = events.iter().find(|event| event.kind == EventKind::WorkflowAccepted);
        Some(Self {
            session: session.id,
            service: session.service.clone(),
            account: session.account.clone(),
            channel: session.channel,
            agent,
            outcome: fold.outcome?,
            ended_by: fold.ended_by?,
            direct: fold.direct,
            accepted: accepted.map(|event| event.at),
            times: Times { created: fold.times.created.or(Some(session.created_at)), ..fold.times },
            counts: fold.counts,
            sums: whole(&fold.sums),
            codes: fold.codes,
            codes_missing: fold.codes_missing,
            sla_seconds: fold.sla_seconds?,
            shared: fold.rings.iter().any(|rings| Some(rings.agent) != agent),
        })
    }

    /// Whether it waited no longer than was agreed on; `None`: it was never queued.
    pub fn within_sla(&self) -> Option<bool> {
        self.times.queued?;
        Some(report::within_sla(self.sums.queue, self.sla_seconds))
    }

    pub(super) fn columns(&self) -> Result<ReportColumns, StoreError> {
        let Self { outcome, times, counts, sums, codes, .. } = self;
        let at = |instant: Option<Timestamp>| instant.map(micros);
        let ms = |sum: SignedDuration| i64::try_from(sum.as_millis()).ok();
        let count = |number: u64| i64::try_from(number).ok();
        Ok(ReportColumns {
            session: self.session.0,
            service: self.service.as_str().to_owned(),
            account: self.account.as_str().to_owned(),
            channel: word(TABLE, &self.channel)?,
            ended_by: word(TABLE, &self.ended_by)?,
            agent: self.agent.map(|agent| agent.0),
            numbers: [
                Some(outcome.id().into()),
                Some(group_id(outcome.group())),
                Some(self.direct.into()),
                Some(outcome.stale().into()),
                at(times.created),
                at(self.accepted),
                at(times.queued),
                at(times.first_offer),
                at(times.first_connect),
                at(times.first_agent_reply),
                at(times.ended),
                at(times.wrap_up_ended),
                ms(sums.workflow),
                ms(sums.queue),
                ms(sums.ringing),
                ms(sums.connected),
                ms(sums.parked),
                ms(sums.wrap_up),
                count(counts.offers.into()),
                count(counts.declines.into()),
                count(counts.misses.into()),
                count(counts.undeliverable.into()),
                count(counts.transfers.into()),
                count(counts.messages_in),
                count(counts.messages_out),
                count(counts.messages_undelivered.into()),
                Some(self.codes_missing.into()),
                Some(self.shared.into()),
                Some(self.sla_seconds.into()),
            ],
            said: [
                codes.codes.clone(),
                codes.codes2.clone(),
                (!codes.tags.is_empty()).then(|| codes.tags.join(BETWEEN)),
            ],
        })
    }

    pub(super) fn from_columns(row: ReportColumns) -> Result<Self, StoreError> {
        let [
            outcome,
            _group,
            direct,
            _stale,
            created,
            accepted,
            queued,
            first_offer,
            first_connect,
            first_reply,
            ended,
            acw_end,
            workflow,
            queue,
            ringing,
            connected,
            parked,
            acw,
            offers,
            declines,
            misses,
            undeliverable,
            transfers,
            messages_in,
            messages_out,
            undelivered,
            codes_missing,
            shared,
            sla_seconds,
        ] = row.numbers;
        let [codes, codes2, tags] = row.said;
        let tags = tags.iter().flat_map(|tags| tags.split(BETWEEN)).map(str::to_owned).collect();
        let at = |micros: Option<i64>| micros.map(|at| timestamp(TABLE, at)).transpose();
        let sum = |ms: Option<i64>| SignedDuration::from_millis(ms.unwrap_or_default());
        let many = |number: Option<i64>| {
            u64::try_from(number.unwrap_or_default())
                .map_err(|error| StoreError::inconsistent(TABLE, error))
        };
        let few = |number: Option<i64>| {
            u32::try_from(number.unwrap_or_default())
                .map_err(|error| StoreError::inconsistent(TABLE, error))
        };
        Ok(Self {
            session: SessionId(row.session),
            service: ServiceId(row.service),
            account: AccountId(row.account),
            channel: from_word(TABLE, row.channel)?,
            agent: row.agent.map(AgentId),
            outcome: outcome_of(outcome)?,
            ended_by: from_word(TABLE, row.ended_by)?,
            direct: direct == Some(1),
            accepted: at(accepted)?,
            times: Times {
                created: at(created)?,
                queued: at(queued)?,
                first_offer: at(first_offer)?,
                first_connect: at(first_connect)?,
                first_agent_reply: at(first_reply)?,
                ended: at(ended)?,
                wrap_up_ended: at(acw_end)?,
            },
            counts: Counts {
                offers: few(offers)?,
                declines: few(declines)?,
                misses: few(misses)?,
                undeliverable: few(undeliverable)?,
                transfers: few(transfers)?,
                messages_in: many(messages_in)?,
                messages_out: many(messages_out)?,
                messages_undelivered: few(undelivered)?,
            },
            sums: Sums {
                workflow: sum(workflow),
                queue: sum(queue),
                ringing: sum(ringing),
                connected: sum(connected),
                parked: sum(parked),
                wrap_up: sum(acw),
            },
            codes: Codes { codes, codes2, tags },
            codes_missing: codes_missing == Some(1),
            shared: shared == Some(1),
            sla_seconds: few(sla_seconds)?,
        })
    }
}

/// The group's number in reports (`facts/outcomes.md` §5.1).
fn group_id(group: outcome::Group) -> i64 {
    match group {
        outcome::Group::ByUser => 1,
        outcome::Group::BySystem => 2,
        outcome::Group::CustomerLeft => 3,
        outcome::Group::NotHandled => 4,
        outcome::Group::Error => 5,
        outcome::Group::OutboundAccepted => 6,
        outcome::Group::OutboundNotAccepted => 7,
    }
}

fn outcome_of(id: Option<i64>) -> Result<Outcome, StoreError> {
    let known = Outcome::ALL.into_iter().find(|outcome| Some(outcome.id().into()) == id);
    known.ok_or_else(|| StoreError::inconsistent(TABLE, format!("outcome {id:?}")))
}

/// Cut to whole milliseconds, as it is stored.
fn millis(sum: SignedDuration) -> SignedDuration {
    SignedDuration::from_millis(i64::try_from(sum.as_millis()).unwrap_or(i64::MAX))
}

fn whole(sums: &Sums) -> Sums {
    let Sums { workflow, queue, ringing, connected, parked, wrap_up } = *sums;
    Sums {
        workflow: millis(workflow),
        queue: millis(queue),
        ringing: millis(ringing),
        connected: millis(connected),
        parked: millis(parked),
        wrap_up: millis(wrap_up),
    }
}

#[cfg(test)]
mod tests;
