//! What an agent did when.

use axum::response::Response;
use beckon_domain::agent::{StateChange, StateInterval, timeline};
use beckon_domain::ids::{AgentId, TenantId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::super::asked::{Asked, Filters};
use super::super::csv::Column;
use super::super::id;
use super::super::listing::{self, Page};
use super::{looks_after, over};
use crate::http::AppState;
use crate::http::json::Segments;
use crate::http::problem::Problem;
use crate::store::AgentHistory;

/// How many changes of state are read at once.
const READ: usize = 10_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Query {}

impl Filters for Query {}

#[derive(Serialize)]
struct Row {
    state: &'static str,
    from: Timestamp,
    /// Null while it lasts.
    to: Option<Timestamp>,
}

const COLUMNS: [&str; 3] = ["state", "from", "to"];

/// `GET /api/v1/agents/{id}/states`: what an agent did in a span, one state after the other without
/// a gap, a page at a time.
pub(in crate::http) async fn list(
    path: Segments<String>,
    asked: Asked<Query>,
) -> Result<Response, Problem> {
    let Asked { state, principal, times, as_csv, limit, cursor, uri, .. } = asked;
    let agent: AgentId = id(path, "agent")?;
    let tenant = state.engine.directory().tenant(principal.tenant);
    if tenant.is_none_or(|tenant| !looks_after(&principal, tenant, agent)) {
        return Err(Problem::not_found("agent"));
    }
    let now = state.engine.clock().now();
    let (from, until) = over(&times, now)?;
    let parse = |text: &str| text.parse::<Timestamp>().ok();
    let place = cursor.as_deref().map(|text| listing::place(&uri, text, parse)).transpose()?;
    let from = place.map_or(from, |place| place.max(from));
    let states = read(&state, principal.tenant, agent, from, until).await?;
    let next = states.get(limit).map(|row| listing::cursor(&uri, &row.from.to_string()));
    let rows = states.into_iter().take(limit).map(|StateInterval { state, from, to }| {
        let row = Row { state: state.name(), from, to: (to < now).then_some(to) };
        serde_json::to_value(row).map_err(|_| Problem::internal())
    });
    let page = Page {
        name: "states",
        columns: COLUMNS.iter().copied().map(Column::of).collect(),
        rows: rows.collect::<Result<_, _>>()?,
        next,
        more: Map::new(),
        uri: &uri,
    };
    Ok(page.answer(as_csv))
}

/// What an agent did in a span that is over.
pub(super) async fn read(
    state: &AppState,
    tenant: TenantId,
    agent: AgentId,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<StateInterval>, Problem> {
    let mut changes: Vec<StateChange> = Vec::new();
    loop {
        // The last one that is known is read again: it is what the agent did at that time.
        let begin = changes.pop().map_or(from, |last| last.at);
        let store = state.engine.store();
        let AgentHistory { agent: row, changes: more } =
            store.agent_history(tenant, agent, begin, until, READ).await?;
        let whole = more.len() < READ;
        changes.extend(more);
        if !whole {
            continue;
        }
        // What came by itself is written down with what came next: then it is among them already.
        let last = row.filter(|row| row.since == changes.last().copied());
        changes.extend(last.and_then(|row| row.unwritten(until)));
        return Ok(timeline(&changes, from, until));
    }
}
