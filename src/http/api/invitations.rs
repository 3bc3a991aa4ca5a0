//! The list of invitations, newest first.

use axum::response::Response;
use beckon_domain::ids::{AgentId, InvitationId, ServiceId, SessionId};
use beckon_domain::invitation::{AgentResult, Invitation, InvitationState};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Map;
use uuid::Uuid;

mod codes;

pub(in crate::http) use codes::put as put_codes;

use super::asked::{Asked, Filters};
use super::csv::Column;
use super::listing::{self, Page, Within};
use crate::http::problem::Problem;
use crate::store::Invited;

pub(in crate::http) mod take_over;

/// How many invitations are looked at for one page when they are filtered. With filters that let
/// few through, a page has fewer rows than asked for, and says where to go on.
const LOOKED_AT: usize = 2_000;
/// How long before its offer an invitation's id may have been drawn.
const DRAWN: SignedDuration = SignedDuration::from_mins(1);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Query {
    service: Option<ServiceId>,
    agent: Option<AgentId>,
    session: Option<SessionId>,
    state: Option<String>,
}

impl Filters for Query {}

#[derive(Serialize)]
struct Row {
    invitation: InvitationId,
    session: SessionId,
    service: Option<ServiceId>,
    agent: AgentId,
    state: &'static str,
    /// How it came out for the agent; null while that is open.
    result: Option<AgentResult>,
    offered_at: Timestamp,
    codes: Option<String>,
    codes2: Option<String>,
    tags: String,
}

const COLUMNS: [&str; 10] = [
    "invitation",
    "session",
    "service",
    "agent",
    "state",
    "result",
    "offered_at",
    "codes",
    "codes2",
    "tags",
];

/// `GET /api/v1/invitations`: invitations by service, agent, session, state and time, a page at a
/// time.
pub(in crate::http) async fn list(asked: Asked<Query>) -> Result<Response, Problem> {
    let Asked { state, principal, filters: query, times, as_csv, limit, cursor, uri, .. } = asked;
    if query.state.as_deref().is_some_and(|name| !InvitationState::NAMES.contains(&name)) {
        let names = InvitationState::NAMES.join(", ");
        return Err(Problem::field("state", format!("must be one of {names}")));
    }
    let within = Within::of(&state, &principal, query.service.clone(), query.agent, None)?;
    if let Some(session) = query.session {
        let known = state.engine.store().session(principal.tenant, session).await?;
        if known.is_none_or(|session| !principal.sees(&session.service)) {
            return Err(Problem::not_found("session"));
        }
    }
    let parse = |text: &str| text.parse::<InvitationId>().ok();
    let before = cursor.as_deref().map(|text| listing::place(&uri, text, parse)).transpose()?;
    let since = times.from.and_then(|from| from.checked_sub(DRAWN).ok());
    let wanted = Invited {
        agent: within.agent.filter(|_| query.session.is_none()),
        session: query.session,
        since: since.map_or(InvitationId(Uuid::nil()), first_at),
        before: before.unwrap_or_else(|| times.to.map_or(InvitationId(Uuid::max()), first_at)),
    };
    let fits = |row: &Invitation| {
        within.agent.is_none_or(|agent| row.agent == agent)
            && times.contain(row.offered_at)
            && query.state.as_ref().is_none_or(|state| row.state.name() == state)
            && (within.services.is_none()
                || row.service.as_ref().is_some_and(|service| within.sees(&service.id)))
    };
    let filtered = within.services.is_some() || query.state.is_some() || query.session.is_some();
    let looked_at = if filtered { LOOKED_AT } else { limit };
    let found = state.engine.store().invitations(principal.tenant, wanted, looked_at).await?;
    let more = found.len() == looked_at;
    let mut last = None;
    let (mut rows, mut full) = (Vec::new(), false);
    for invitation in found {
        last = Some(invitation.id);
        if fits(&invitation) {
            rows.push(serde_json::to_value(row(invitation)).map_err(|_| Problem::internal())?);
            full = rows.len() == limit;
            if full {
                break;
            }
        }
    }
    let next = last.filter(|_| full || more);
    let page = Page {
        name: "invitations",
        columns: COLUMNS.iter().copied().map(Column::of).collect(),
        rows,
        next: next.map(|id| listing::cursor(&uri, &id.to_string())),
        more: Map::new(),
        uri: &uri,
    };
    Ok(page.answer(as_csv))
}

fn row(invitation: Invitation) -> Row {
    Row {
        invitation: invitation.id,
        session: invitation.session,
        service: invitation.service.map(|service| service.id),
        agent: invitation.agent,
        state: invitation.state.name(),
        result: invitation.state.result(),
        offered_at: invitation.offered_at,
        codes: invitation.codes.codes,
        codes2: invitation.codes.codes2,
        tags: invitation.codes.tags.join(", "),
    }
}

/// The first id that can be drawn at an instant: ids begin with the millisecond (RFC 9562 §5.7).
fn first_at(at: Timestamp) -> InvitationId {
    let millis = u64::try_from(at.as_millisecond()).unwrap_or_default();
    InvitationId(uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid())
}
