//! A session as a line of the list.

use beckon_domain::ids::{AccountId, AgentId, ServiceId, SessionId};
use beckon_domain::outcome::{EndedBy, Group, Outcome};
use beckon_domain::session::{Phase, Session};
use beckon_domain::settings::Channel;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::store::SessionReport;

/// A session in figures. What is known only once it ended is null until then; times in
/// milliseconds.
#[derive(Serialize)]
pub(super) struct Row {
    pub(super) session: SessionId,
    state: &'static str,
    pub(super) service: ServiceId,
    pub(super) account: AccountId,
    pub(super) channel: Channel,
    pub(super) agent: Option<AgentId>,
    pub(super) direct: bool,
    pub(super) created_at: Timestamp,
    queued_at: Option<Timestamp>,
    first_offer_at: Option<Timestamp>,
    first_connect_at: Option<Timestamp>,
    first_reply_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    acw_ended_at: Option<Timestamp>,
    pub(super) outcome: Option<Outcome>,
    outcome_group: Option<Group>,
    ended_by: Option<EndedBy>,
    handled: Option<bool>,
    stale: Option<bool>,
    workflow_ms: Option<i64>,
    queue_ms: Option<i64>,
    sla_seconds: Option<u32>,
    within_sla: Option<bool>,
    ringing_ms: Option<i64>,
    connected_ms: Option<i64>,
    parked_ms: Option<i64>,
    acw_ms: Option<i64>,
    offers: Option<u32>,
    declines: Option<u32>,
    misses: Option<u32>,
    undeliverable: Option<u32>,
    transfers: Option<u32>,
    messages_in: Option<u64>,
    messages_out: Option<u64>,
    undelivered: Option<u32>,
    codes: Option<String>,
    codes2: Option<String>,
    tags: Option<String>,
    codes_missing: Option<bool>,
}

/// The fields of a row, in order: the headers of CSV.
pub(super) const COLUMNS: [&str; 39] = [
    "session",
    "state",
    "service",
    "account",
    "channel",
    "agent",
    "direct",
    "created_at",
    "queued_at",
    "first_offer_at",
    "first_connect_at",
    "first_reply_at",
    "ended_at",
    "acw_ended_at",
    "outcome",
    "outcome_group",
    "ended_by",
    "handled",
    "stale",
    "workflow_ms",
    "queue_ms",
    "sla_seconds",
    "within_sla",
    "ringing_ms",
    "connected_ms",
    "parked_ms",
    "acw_ms",
    "offers",
    "declines",
    "misses",
    "undeliverable",
    "transfers",
    "messages_in",
    "messages_out",
    "undelivered",
    "codes",
    "codes2",
    "tags",
    "codes_missing",
];

impl Row {
    /// A session as it stands.
    pub(super) fn of(session: Session) -> Self {
        let state = session.phase.name();
        let (agent, ended) = match session.phase {
            Phase::Connected { agent, .. } | Phase::Parked { agent, .. } => (Some(agent), None),
            Phase::Ended { outcome, by, at, agent, .. } => (agent, Some((outcome, by, at))),
            Phase::Flow | Phase::Waiting { .. } | Phase::Ringing { .. } => (None, None),
        };
        let outcome = ended.map(|(outcome, ..)| outcome);
        Self {
            session: session.id,
            state,
            service: session.service,
            account: session.account,
            channel: session.channel,
            agent,
            direct: session.direct,
            created_at: session.created_at,
            queued_at: session.queued_at,
            first_offer_at: None,
            first_connect_at: None,
            first_reply_at: session.first_reply_at,
            ended_at: ended.map(|(.., at)| at),
            acw_ended_at: None,
            outcome,
            outcome_group: outcome.map(Outcome::group),
            ended_by: ended.map(|(_, by, _)| by),
            handled: outcome.map(Outcome::handled),
            stale: outcome.map(Outcome::stale),
            workflow_ms: None,
            queue_ms: None,
            sla_seconds: None,
            within_sla: None,
            ringing_ms: None,
            connected_ms: None,
            parked_ms: None,
            acw_ms: None,
            offers: None,
            declines: None,
            misses: None,
            undeliverable: None,
            transfers: None,
            messages_in: Some(session.messages_in),
            messages_out: None,
            undelivered: None,
            codes: None,
            codes2: None,
            tags: None,
            codes_missing: None,
        }
    }

    /// A finished session.
    pub(super) fn finished(report: SessionReport) -> Self {
        let within_sla = report.within_sla();
        let SessionReport { times, counts, sums, outcome, codes, .. } = report;
        let millis = |sum: SignedDuration| i64::try_from(sum.as_millis()).ok();
        Self {
            session: report.session,
            state: "ended",
            service: report.service,
            account: report.account,
            channel: report.channel,
            agent: report.agent,
            direct: report.direct,
            created_at: times.created.unwrap_or_default(),
            queued_at: times.queued,
            first_offer_at: times.first_offer,
            first_connect_at: times.first_connect,
            first_reply_at: times.first_agent_reply,
            ended_at: times.ended,
            acw_ended_at: times.wrap_up_ended,
            outcome: Some(outcome),
            outcome_group: Some(outcome.group()),
            ended_by: Some(report.ended_by),
            handled: Some(outcome.handled()),
            stale: Some(outcome.stale()),
            workflow_ms: millis(sums.workflow),
            queue_ms: millis(sums.queue),
            sla_seconds: Some(report.sla_seconds),
            within_sla,
            ringing_ms: millis(sums.ringing),
            connected_ms: millis(sums.connected),
            parked_ms: millis(sums.parked),
            acw_ms: millis(sums.wrap_up),
            offers: Some(counts.offers),
            declines: Some(counts.declines),
            misses: Some(counts.misses),
            undeliverable: Some(counts.undeliverable),
            transfers: Some(counts.transfers),
            messages_in: Some(counts.messages_in),
            messages_out: Some(counts.messages_out),
            undelivered: Some(counts.messages_undelivered),
            codes: codes.codes,
            codes2: codes.codes2,
            tags: Some(codes.tags.join(", ")),
            codes_missing: Some(report.codes_missing),
        }
    }

    /// Where it stands.
    pub(super) fn state(&self) -> &'static str {
        self.state
    }

    /// Whether the sweep ended it; `None` while it is open.
    pub(super) fn stale(&self) -> Option<bool> {
        self.stale
    }
}
