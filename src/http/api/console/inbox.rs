//! The inbox of the console.

use std::collections::BTreeMap;

use beckon_domain::agent::{Agent, WorkKind};
use beckon_domain::face::{card_data, on_card_within};
use beckon_domain::ids::{AgentId, InvitationId, ServiceId, SessionId};
use beckon_domain::invitation::InvitationState;
use beckon_domain::text::on_card;
use jiff::Timestamp;
use serde::Serialize;

use super::wrap_up::{ChoicesView, CodesView, WrapUpView};
use super::{AgentPrincipal, phase_name};
use crate::directory::Tenant;
use crate::http::AppState;
use crate::store::{CardRows, Inbox};

/// How much of the first message is shown, in graphemes.
const MAX_PREVIEW: usize = 240;

/// What the console shows beside the conversation.
#[derive(Serialize)]
pub(super) struct View {
    agent: AgentView,
    incoming: Vec<Incoming>,
    sessions: Vec<OwnSession>,
    /// What the codes of these sessions are chosen from, by service.
    choices: BTreeMap<ServiceId, ChoicesView>,
}

#[derive(Serialize)]
struct AgentView {
    id: AgentId,
    name: String,
    state: &'static str,
    /// Whether invitations come in Teams, too.
    invite_in_teams: bool,
    /// Until when no invitations come because one was not answered.
    flagged_until: Option<Timestamp>,
}

/// An invitation that rings. No message text but what the service shows: it stays hidden until the
/// accept.
#[derive(Serialize)]
struct Incoming {
    invitation: InvitationId,
    session: SessionId,
    service: String,
    customer: String,
    channel: &'static str,
    offered_at: Timestamp,
    waiting_since: Timestamp,
    rings_until: Option<Timestamp>,
    /// Whether the customer comes back to this agent: to be reopened or left.
    returning: bool,
    /// What the agent who moves it here wrote.
    note: Option<String>,
    /// What the service shows about the session.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parameters: Vec<Parameter>,
    /// The beginning of the first message, where the service shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    preview: Option<String>,
}

#[derive(Serialize)]
struct Parameter {
    label: String,
    value: String,
}

/// A session that the agent accepted.
#[derive(Serialize)]
struct OwnSession {
    session: SessionId,
    invitation: InvitationId,
    room_name: String,
    service: String,
    customer: String,
    channel: &'static str,
    phase: &'static str,
    connected_at: Timestamp,
    ended_at: Option<Timestamp>,
    wrap_up_until: Option<Timestamp>,
    outcome: Option<&'static str>,
    last_seq: u64,
    /// What the agent who moved it here wrote.
    note: Option<String>,
    wrap_up: Option<WrapUpView>,
    codes: Option<CodesView>,
}

pub(super) fn view(state: &AppState, who: &AgentPrincipal, rows: Inbox) -> View {
    let tenant = state.engine.directory().tenant(who.tenant);
    let name = tenant.and_then(|tenant| tenant.agent_name(who.agent)).unwrap_or_default();
    let mut view = View {
        agent: AgentView {
            id: who.agent,
            name: name.to_owned(),
            invite_in_teams: tenant.is_some_and(|tenant| {
                let own = rows.agent.as_ref().and_then(|agent| agent.invites);
                tenant.reach(who.agent).invited(own)
            }),
            flagged_until: rows.agent.as_ref().and_then(|agent| agent.rona_until),
            state: agent_state(tenant, rows.agent.as_ref()),
        },
        incoming: Vec::new(),
        sessions: Vec::new(),
        choices: BTreeMap::new(),
    };
    for entry in rows.entries {
        match entry.invitation.state {
            InvitationState::Ringing { delivered_at } => {
                view.incoming.push(incoming(tenant, &entry, delivered_at));
            }
            InvitationState::Accepted { .. }
            | InvitationState::WrapUp { .. }
            | InvitationState::Stale { .. }
            | InvitationState::Concluded { .. } => {
                view.sessions.extend(session(tenant, entry, &mut view.choices));
            }
            _ => {}
        }
    }
    view
}

/// What the agent can do now, in one word. Whoever looks is at the console, so they can be reached.
fn agent_state(tenant: Option<&Tenant>, agent: Option<&Agent>) -> &'static str {
    let Some(agent) = agent else { return "unreachable" };
    let busy = |kind| agent.work.iter().any(|work| work.kind == kind);
    if busy(WorkKind::Connected) {
        "connected"
    } else if busy(WorkKind::Ringing) {
        "ringing"
    } else if busy(WorkKind::WrapUp) {
        "wrap_up"
    } else if busy(WorkKind::Parked) {
        "parked"
    } else if agent.rona_until.is_some()
        || tenant.is_some_and(|tenant| tenant.misses_too_many(agent))
    {
        "not_available"
    } else {
        "available"
    }
}

fn incoming(tenant: Option<&Tenant>, rows: &CardRows, delivered_at: Option<Timestamp>) -> Incoming {
    let session = &rows.session;
    let service = tenant.and_then(|tenant| tenant.service(&session.service));
    let ring = service.map(|service| service.distribution.ring);
    let told = service.map(|service| card_data(&rows.invitation, session, service, None));
    let (parameters, preview) =
        told.map(|told| (told.parameters, told.preview)).unwrap_or_default();
    Incoming {
        invitation: rows.invitation.id,
        session: session.id,
        service: service_name(tenant, &session.service),
        customer: session.customer.label(),
        channel: session.channel.name(),
        offered_at: rows.invitation.offered_at,
        waiting_since: session.queued_at.unwrap_or(session.created_at),
        returning: session.comes_back_to(rows.invitation.agent),
        note: session.note_for(&rows.invitation).map(ToOwned::to_owned),
        rings_until: delivered_at.zip(ring).and_then(|(at, ring)| at.checked_add(ring).ok()),
        // The page speaks English.
        parameters: parameters
            .into_iter()
            .map(|one| Parameter {
                label: on_card(one.title.in_language("en")),
                value: on_card(&one.value),
            })
            .collect(),
        preview: preview.map(|text| on_card_within(&text, MAX_PREVIEW)),
    }
}

fn session(
    tenant: Option<&Tenant>,
    rows: CardRows,
    choices: &mut BTreeMap<ServiceId, ChoicesView>,
) -> Option<OwnSession> {
    let phase = phase_name(&rows.invitation);
    let note = rows.session.note_for(&rows.invitation).map(ToOwned::to_owned);
    let service = tenant.and_then(|tenant| tenant.service(&rows.session.service));
    let wrap_up =
        service.and_then(|service| WrapUpView::of(&rows.invitation.state, &service.wrap_up));
    let codes = service.and_then(|service| CodesView::of(&rows.invitation, service));
    let codes = codes.map(|(codes, offered)| {
        choices.insert(rows.session.service.clone(), offered);
        codes
    });
    let (connected_at, ended, wrap_up_until) = match rows.invitation.state {
        InvitationState::Accepted { at, .. } => (at, None, None),
        InvitationState::WrapUp { ended, until, .. } => {
            (ended.accepted_at, Some(ended), Some(until))
        }
        InvitationState::Concluded { ended } | InvitationState::Stale { ended } => {
            (ended.accepted_at, Some(ended), None)
        }
        _ => return None,
    };
    Some(OwnSession {
        session: rows.session.id,
        invitation: rows.invitation.id,
        room_name: rows.room.map(|room| room.name).unwrap_or_default(),
        service: service_name(tenant, &rows.session.service),
        customer: rows.session.customer.label(),
        channel: rows.session.channel.name(),
        phase,
        connected_at,
        ended_at: ended.as_ref().map(|ended| ended.ended_at),
        wrap_up_until,
        outcome: ended.map(|ended| ended.outcome.name()),
        last_seq: rows.session.last_seq,
        note,
        wrap_up,
        codes,
    })
}

fn service_name(tenant: Option<&Tenant>, id: &ServiceId) -> String {
    tenant
        .and_then(|tenant| tenant.service(id))
        .map_or_else(|| id.as_str().to_owned(), |service| service.name.clone())
}
