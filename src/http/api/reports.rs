//! Measures of finished sessions per service, agent, channel and day.

use axum::response::Response;
use beckon_domain::ids::{AgentId, ServiceId};
use beckon_domain::outcome::{self, Outcome};
use beckon_domain::settings::Channel;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::asked::{Asked, Filters};
use super::csv::Column;
use super::listing::{Page, Within};
use crate::directory::Tenant;
use crate::http::AppState;
use crate::http::auth::Principal;
use crate::http::problem::Problem;
use crate::store::{Group, Grouping, Measure, Measures, Span};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Query {
    service: Option<ServiceId>,
    agent: Option<AgentId>,
    channel: Option<Channel>,
    by: Option<String>,
    sla_seconds: Option<u32>,
}

impl Filters for Query {
    const PAGED: bool = false;
}

/// `GET /api/v1/reports`: how sessions went that began in a span, told apart by what `by` names.
pub(in crate::http) async fn report(asked: Asked<Query>) -> Result<Response, Problem> {
    let Asked { state, principal, filters: query, zone, times, as_csv, uri, .. } = asked;
    let by = grouping(query.by.as_deref().unwrap_or("day"))?;
    if query.sla_seconds.is_some_and(|seconds| !(1..=3600).contains(&seconds)) {
        return Err(Problem::field("sla_seconds", "must be 1 to 3600"));
    }
    let within = Within::of(&state, &principal, query.service, query.agent, None)?;
    let (from, until) = times.span(state.engine.clock().now());
    let mut measures = Measures::new(by, &zone, from, until, query.sla_seconds);
    for service in within.each() {
        let span = Span { from, until, service, agent: within.agent, channel: query.channel };
        measures = state.engine.store().measure(principal.tenant, &span, measures).await?;
    }
    let rows = measures.groups().into_iter().map(|(group, measure)| row(&group, measure)).collect();
    let mut more = Map::new();
    more.insert("from".to_owned(), from.to_string().into());
    more.insert("to".to_owned(), until.to_string().into());
    more.insert("time_zone".to_owned(), zone.iana_name().unwrap_or("UTC").into());
    more.insert("sla_seconds".to_owned(), query.sla_seconds.into());
    more.insert("services".to_owned(), services(&state, &principal).into());
    let page = Page { name: "rows", columns: columns(), rows, next: None, more, uri: &uri };
    Ok(page.answer(as_csv))
}

/// The services that somebody may ask about, by name.
fn services(state: &AppState, principal: &Principal) -> Vec<Value> {
    let tenant = state.engine.directory().tenant(principal.tenant);
    let services = tenant.into_iter().flat_map(Tenant::services);
    let mut seen: Vec<_> = services.filter(|service| principal.sees(&service.id)).collect();
    seen.sort_unstable_by_key(|service| (&service.name, &service.id));
    seen.iter().map(|service| json!({ "id": service.id, "name": service.name })).collect()
}

fn grouping(by: &str) -> Result<Grouping, Problem> {
    let mut grouping = Grouping::default();
    for word in by.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        match word {
            "service" => grouping.service = true,
            "agent" => grouping.agent = true,
            "channel" => grouping.channel = true,
            "day" => grouping.day = true,
            "hour" => grouping.hour = true,
            _ => {
                let detail =
                    "names some of service, agent, channel, day and hour, with commas between";
                return Err(Problem::field("by", detail));
            }
        }
    }
    Ok(grouping)
}

/// One line. Times in milliseconds; shares from 0 to 1, null where there is nothing to share.
fn row(group: &Group, mut measure: Measure) -> Value {
    use outcome::Group::{
        BySystem, ByUser, CustomerLeft, Error, NotHandled, OutboundAccepted, OutboundNotAccepted,
    };
    let by_user = measure.of(ByUser);
    let handled = by_user + measure.of(BySystem) + measure.of(OutboundAccepted);
    let queued = measure.waits.len() as u64;
    let waited = measure.waits.iter().map(|wait| u64::from(*wait)).sum();
    let stale = counted(&measure, Outcome::stale);
    let [offers, declines, misses, undeliverable, transfers] = measure.counts;
    let outcomes = Outcome::ALL.into_iter().zip(measure.outcomes);
    let outcomes: Map<String, Value> =
        outcomes.map(|(outcome, count)| (outcome.name().to_owned(), count.into())).collect();
    json!({
        "day": group.day.map(|day| day.to_string()),
        "hour": group.hour,
        "service": group.service,
        "channel": group.channel,
        "agent": group.agent,
        "sessions": measure.sessions,
        "handled": handled,
        "by_user": by_user,
        "by_system": measure.of(BySystem),
        "hang_ups": measure.of(CustomerLeft),
        "not_handled": measure.of(NotHandled),
        "errors": measure.of(Error),
        "outbound_accepted": measure.of(OutboundAccepted),
        "outbound_not_accepted": measure.of(OutboundNotAccepted),
        "queued": queued,
        "waiting_p50_ms": measure.waited(50),
        "waiting_p90_ms": measure.waited(90),
        "waiting_mean_ms": mean(waited, queued),
        "connected": measure.connected,
        "connected_mean_ms": mean(measure.connected_ms, measure.connected),
        "acw": measure.acw,
        "acw_mean_ms": mean(measure.acw_ms, measure.acw),
        "first_reply_mean_ms": mean(measure.reply_ms, measure.replied),
        "offers": offers,
        "declines": declines,
        "misses": misses,
        "undeliverable": undeliverable,
        "transfers": transfers,
        "rona_rate": share(misses, offers),
        "stale": stale,
        "stale_rate": share(stale, measure.sessions),
        "reachability": share(measure.reached, queued),
        "acceptance_sla": share(measure.accepted_in_time, measure.reached),
        "hang_up_sla": share(measure.hung_up_in_time, measure.gave_up),
        "outcomes": outcomes,
    })
}

fn counted(measure: &Measure, like: impl Fn(Outcome) -> bool) -> u64 {
    let counted = Outcome::ALL.into_iter().zip(measure.outcomes);
    counted.filter(|(outcome, _)| like(*outcome)).map(|(_, count)| count).sum()
}

/// Whole milliseconds; `None` of nothing.
fn mean(sum: u64, count: u64) -> Option<u64> {
    sum.checked_div(count)
}

/// A share to four places; `None` of nothing.
fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| (part as f64 / whole as f64 * 10_000.0).round() / 10_000.0)
}

/// The headers of CSV: the fields of a row, then each outcome.
fn columns() -> Vec<Column> {
    let nobody = Group { day: None, hour: None, service: None, channel: None, agent: None };
    let fields = row(&nobody, Measure::default());
    let fields = fields.as_object().into_iter().flat_map(Map::keys);
    let plain = fields.filter(|field| *field != "outcomes").map(|field| Column::of(field));
    let outcomes = Outcome::ALL.into_iter().map(|outcome| Column {
        header: format!("outcome_{}", outcome.name()),
        pointer: format!("/outcomes/{}", outcome.name()),
    });
    plain.chain(outcomes).collect()
}
