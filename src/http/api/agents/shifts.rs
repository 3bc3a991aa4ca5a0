//! How long agents did what.

use axum::response::Response;
use beckon_domain::agent::{AgentState, StateInterval};
use beckon_domain::ids::{AgentId, ServiceId};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::super::asked::{Asked, Filters};
use super::super::csv::Column;
use super::super::listing::{self, Page, Within};
use super::{looks_after, over, states};
use crate::directory::Tenant;
use crate::http::problem::Problem;

/// The longest span of one answer: what agents did is read change by change.
const LONGEST: SignedDuration = SignedDuration::from_hours(92 * 24);
/// After so many states a page ends, however many agents it was to have.
const LOOKED_AT: usize = 50_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Query {
    service: Option<ServiceId>,
    agent: Option<AgentId>,
    by: Option<String>,
}

impl Filters for Query {}

/// How long each state lasted in milliseconds, in the order of [`AgentState::ALL`].
type Sums = [i64; AgentState::ALL.len()];

/// `GET /api/v1/reports/agents`: how long agents did what in a span, in all or day by day, some
/// agents at a time.
pub(in crate::http) async fn report(asked: Asked<Query>) -> Result<Response, Problem> {
    let Asked { state, principal, filters: query, zone, mut times, as_csv, limit, cursor, uri } =
        asked;
    let by_day = match query.by.as_deref() {
        None | Some("") => false,
        Some("day") => true,
        Some(_) => return Err(Problem::field("by", "is day, or empty")),
    };
    let within = Within::of(&state, &principal, query.service.clone(), query.agent, None)?;
    let tenant = state.engine.directory().tenant(principal.tenant);
    let tenant = tenant.ok_or_else(Problem::unauthorized)?;
    // Those who only have another service are no more to be seen than nobody.
    if query.agent.is_some_and(|agent| !looks_after(&principal, tenant, agent)) {
        return Err(Problem::not_found("agent"));
    }
    let listed = |id: AgentId| {
        let serves = |service: &ServiceId| {
            tenant.service(service).is_some_and(|service| service.members.contains(&id))
        };
        within.agent.is_none_or(|agent| agent == id)
            && query.service.as_ref().is_none_or(serves)
            && looks_after(&principal, tenant, id)
    };
    let agents = named(tenant, listed);
    let place = |text: &str| Place::parse(text, times.from, &agents);
    let place = cursor.as_deref().map(|text| listing::place(&uri, text, place)).transpose()?;
    let too_long = match times.to {
        Some(_) => Problem::field("to", "must be within 92 days of from"),
        None => Problem::field("from", "must be within the last 92 days, or come with a to"),
    };
    if let Some(place) = &place {
        times.to = Some(place.until);
    }
    let (from, until) = over(&times, state.engine.clock().now())?;
    if until.duration_since(from) > LONGEST {
        return Err(too_long);
    }
    let start = place.map_or(0, |place| place.start);
    let mut rows = Vec::new();
    let (mut looked_at, mut last) = (0, None);
    for (place, (agent, name)) in agents.iter().enumerate().skip(start).take(limit) {
        let states = states::read(&state, principal.tenant, *agent, from, until).await?;
        for (day, sums) in added_up(&states, by_day.then_some(&zone)) {
            rows.push(row(day, *agent, name, &sums));
        }
        looked_at += states.len();
        last = Some(place);
        if looked_at > LOOKED_AT {
            break;
        }
    }
    let next = last.map(|last| last + 1).filter(|start| *start < agents.len());
    let next = next.map(|start| Place { start, until }.text(&agents));
    let mut more = Map::new();
    more.insert("from".to_owned(), from.to_string().into());
    more.insert("to".to_owned(), until.to_string().into());
    more.insert("time_zone".to_owned(), zone.iana_name().unwrap_or("UTC").into());
    let page = Page {
        name: "rows",
        columns: columns(),
        rows,
        next: next.map(|place| listing::cursor(&uri, &place)),
        more,
        uri: &uri,
    };
    Ok(page.answer(as_csv))
}

/// Where a page begins. All pages of a report are about the same time, however late each is asked
/// for; so the end of the span is part of it.
struct Place {
    /// The first agent's place in the list; there is one before.
    start: usize,
    until: Timestamp,
}

impl Place {
    fn parse(text: &str, from: Option<Timestamp>, agents: &[(AgentId, &str)]) -> Option<Self> {
        let (until, last) = text.split_once(' ')?;
        let until: Timestamp = until.parse().ok()?;
        let last: AgentId = last.parse().ok()?;
        let start = agents.iter().position(|(id, _)| *id == last)? + 1;
        from.is_none_or(|from| from < until).then_some(Self { start, until })
    }

    fn text(&self, agents: &[(AgentId, &str)]) -> String {
        format!("{} {}", self.until, agents[self.start - 1].0)
    }
}

/// Those who are listed, by name.
fn named(tenant: &Tenant, listed: impl Fn(AgentId) -> bool) -> Vec<(AgentId, &str)> {
    let mut agents: Vec<_> = tenant.agents().filter(|(id, _)| listed(*id)).collect();
    agents.sort_unstable_by_key(|(id, name)| (*name, *id));
    agents
}

/// How long each state lasted: on each day of a zone of which something is known, or in all. Instants
/// are cut to whole milliseconds before they are subtracted, not the lengths after: what meets still
/// meets, so states add up to the whole, and days to the span, without a remainder.
fn added_up(states: &[StateInterval], zone: Option<&TimeZone>) -> Vec<(Option<Date>, Sums)> {
    let mut days: Vec<(Option<Date>, Sums)> = Vec::new();
    if zone.is_none() {
        days.push((None, Sums::default()));
    }
    for state in states {
        let mut from = state.from;
        while from < state.to {
            let (day, end) = zone.map_or((None, Timestamp::MAX), |zone| day_of(zone, from));
            let to = state.to.min(end);
            if days.last().is_none_or(|(last, _)| *last != day) {
                days.push((day, Sums::default()));
            }
            let sum = days.last_mut().zip(place(state.state));
            if let Some(((_, sums), place)) = sum {
                sums[place] += to.as_millisecond() - from.as_millisecond();
            }
            from = to;
        }
    }
    days
}

fn place(state: AgentState) -> Option<usize> {
    AgentState::ALL.iter().position(|known| *known == state)
}

/// The day of an instant in a zone, and where the next one begins.
fn day_of(zone: &TimeZone, at: Timestamp) -> (Option<Date>, Timestamp) {
    let date = at.to_zoned(zone.clone()).date();
    let next = date.tomorrow().ok().and_then(|next| next.to_zoned(zone.clone()).ok());
    let next = next.map(|next| next.timestamp()).filter(|next| *next > at);
    (Some(date), next.unwrap_or(Timestamp::MAX))
}

/// One line. The shift is the time on duty and to be reached.
fn row(day: Option<Date>, agent: AgentId, name: &str, sums: &Sums) -> Value {
    let mut row = Map::new();
    row.insert("day".to_owned(), day.map(|day| day.to_string()).into());
    row.insert("agent".to_owned(), agent.to_string().into());
    row.insert("name".to_owned(), name.into());
    let (mut total, mut shift) = (0, 0);
    for (state, sum) in AgentState::ALL.into_iter().zip(*sums) {
        row.insert(format!("{}_ms", state.name()), sum.into());
        total += sum;
        if !matches!(state, AgentState::OffDuty | AgentState::Offline) {
            shift += sum;
        }
    }
    row.insert("shift_ms".to_owned(), shift.into());
    row.insert("total_ms".to_owned(), total.into());
    row.into()
}

/// The headers of CSV: the fields of a row.
fn columns() -> Vec<Column> {
    let nobody = row(None, AgentId(uuid::Uuid::nil()), "", &Sums::default());
    let fields = nobody.as_object().into_iter().flat_map(Map::keys);
    fields.map(|field| Column::of(field)).collect()
}

#[cfg(test)]
mod tests;
