//! What lists and reports have in common: who sees what, spans of time, pages and their cursors.

use axum::Json;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use beckon_domain::ids::{AccountId, AgentId, ServiceId};
use http::{HeaderValue, Uri, header};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use url::form_urlencoded;

use super::csv::{self, Column};
use crate::http::AppState;
use crate::http::auth::Principal;
use crate::http::problem::Problem;

/// The longest span of one answer.
const LONGEST: SignedDuration = SignedDuration::from_hours(366 * 24);
/// The span where none is asked for.
const USUAL: SignedDuration = SignedDuration::from_hours(31 * 24);

/// What somebody may see of what they asked for.
#[derive(Clone, Debug)]
pub(super) struct Within {
    /// These services; `None`: all.
    pub(super) services: Option<Vec<ServiceId>>,
    /// This agent; `None`: everybody.
    pub(super) agent: Option<AgentId>,
}

impl Within {
    /// Narrows what was asked for to what the principal may see. What is not there, and what is not
    /// theirs, is answered alike.
    pub(super) fn of(
        state: &AppState,
        principal: &Principal,
        service: Option<ServiceId>,
        agent: Option<AgentId>,
        account: Option<&AccountId>,
    ) -> Result<Self, Problem> {
        let tenant = state.engine.directory().tenant(principal.tenant);
        let tenant = tenant.ok_or_else(Problem::unauthorized)?;
        if service.as_ref().is_some_and(|id| tenant.service(id).is_none() || !principal.sees(id)) {
            return Err(Problem::not_found("service"));
        }
        if account.is_some_and(|id| tenant.service_of(id).is_none()) {
            return Err(Problem::not_found("account"));
        }
        let own = principal.role.own();
        let foreign = |id| tenant.agent_name(id).is_none() || own.is_some_and(|own| own != id);
        if agent.is_some_and(foreign) {
            return Err(Problem::not_found("agent"));
        }
        let services = match service {
            Some(service) => Some(vec![service]),
            None => principal.services.as_ref().map(|services| services.to_vec()),
        };
        Ok(Self { services, agent: agent.or(own) })
    }

    /// Whether a service is among them.
    pub(super) fn sees(&self, service: &ServiceId) -> bool {
        self.services.as_ref().is_none_or(|services| services.contains(service))
    }

    /// One query for each service, or one for all.
    pub(super) fn each(&self) -> Vec<Option<ServiceId>> {
        match &self.services {
            Some(services) => services.iter().cloned().map(Some).collect(),
            None => vec![None],
        }
    }
}

/// A span of time as the query has it: instants (RFC 3339), or days in the tenant's zone.
pub(super) struct Times {
    pub(super) from: Option<Timestamp>,
    pub(super) to: Option<Timestamp>,
}

impl Times {
    pub(super) fn parse(
        zone: &TimeZone,
        from: Option<&str>,
        to: Option<&str>,
    ) -> Result<Self, Problem> {
        let times = Self { from: instant(zone, "from", from)?, to: instant(zone, "to", to)? };
        match (times.from, times.to) {
            (Some(from), Some(to)) if from >= to => {
                Err(Problem::field("to", "must be later than from"))
            }
            (Some(from), Some(to)) if to.duration_since(from) > LONGEST => {
                Err(Problem::field("to", "must be within 366 days of from"))
            }
            _ => Ok(times),
        }
    }

    /// The span, from the first to before the second. Without a beginning it is the 31 days before
    /// its end, which is now where there is none; without an end the 366 days after its beginning.
    pub(super) fn span(&self, now: Timestamp) -> (Timestamp, Timestamp) {
        match (self.from, self.to) {
            (Some(from), Some(to)) => (from, to),
            (Some(from), None) => (from, from.saturating_add(LONGEST).unwrap_or(Timestamp::MAX)),
            (None, to) => {
                let soon = SignedDuration::from_secs(1);
                let to = to.unwrap_or_else(|| now.saturating_add(soon).unwrap_or(now));
                (to.saturating_sub(USUAL).unwrap_or(Timestamp::MIN), to)
            }
        }
    }

    /// Whether it has neither end.
    pub(super) fn open(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }

    /// Whether an instant is in it.
    pub(super) fn contain(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| at >= from) && self.to.is_none_or(|to| at < to)
    }
}

fn instant(
    zone: &TimeZone,
    field: &'static str,
    text: Option<&str>,
) -> Result<Option<Timestamp>, Problem> {
    let Some(text) = text else { return Ok(None) };
    // A date would be read from an instant without an offset, too, and its time of day dropped.
    let day = || {
        let date: Date = text.parse().ok()?;
        (date.to_string() == text).then(|| date.to_zoned(zone.clone()).ok()).flatten()
    };
    let parsed = text.parse().ok().or_else(|| day().map(|zoned| zoned.timestamp()));
    parsed.map(Some).ok_or_else(|| {
        Problem::field(
            field,
            "must be an instant as 2027-01-31T08:00:00Z, or a day as 2027-01-31; the + of an offset \
             is written %2B in an address",
        )
    })
}

/// How many rows a page has: 1–200, 50 where it is not said.
pub(super) fn limit(asked: Option<u32>) -> Result<usize, Problem> {
    match asked.unwrap_or(50) {
        limit @ 1..=200 => Ok(limit as usize),
        _ => Err(Problem::field("limit", "must be 1 to 200")),
    }
}

/// The query without its place in the list: a cursor holds for this one alone.
fn digest(uri: &Uri) -> String {
    let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let other = |name: &str| !matches!(name, "cursor" | "limit" | "format");
    let mut pairs: Vec<_> = pairs.filter(|(name, _)| other(name)).collect();
    pairs.sort_unstable();
    let mut hash = Sha256::new();
    for (name, value) in pairs {
        hash.update(format!("{}:{name}{}:{value}", name.len(), value.len()));
    }
    URL_SAFE_NO_PAD.encode(&hash.finalize()[..9])
}

/// A place as a cursor. It is no secret: whatever it says, the query looks at nothing that the
/// reader may not see.
pub(super) fn cursor(uri: &Uri, place: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}{place}", digest(uri)))
}

/// The place that a cursor says, read by `parse`.
pub(super) fn place<T>(
    uri: &Uri,
    cursor: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, Problem> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    let place = text.as_deref().and_then(|text| parse(text.strip_prefix(&digest(uri))?));
    place.ok_or_else(|| {
        Problem::field("cursor", "is none that this list gave for this query; begin anew without")
    })
}

/// A page of a list.
pub(super) struct Page<'a> {
    /// What the list is called.
    pub(super) name: &'static str,
    /// The columns of CSV.
    pub(super) columns: Vec<Column>,
    /// Its rows.
    pub(super) rows: Vec<Value>,
    /// Where the next one begins, as a cursor.
    pub(super) next: Option<String>,
    /// What else JSON says.
    pub(super) more: Map<String, Value>,
    /// What was asked for.
    pub(super) uri: &'a Uri,
}

impl Page<'_> {
    /// The answer, in JSON or CSV. The next page also stands in `Link` (RFC 8288): CSV has no other
    /// place for it.
    pub(super) fn answer(self, as_csv: bool) -> Response {
        let Self { name, columns, rows, next, mut more, uri } = self;
        let link = next.as_deref().and_then(|cursor| link(uri, cursor));
        let mut response = if as_csv {
            let kind = HeaderValue::from_static("text/csv; charset=utf-8; header=present");
            ([(header::CONTENT_TYPE, kind)], csv::table(&columns, &rows)).into_response()
        } else {
            let mut body = Map::new();
            body.insert(name.to_owned(), rows.into());
            body.append(&mut more);
            body.insert("next".to_owned(), next.into());
            Json(body).into_response()
        };
        if let Some(link) = link {
            response.headers_mut().insert(header::LINK, link);
        }
        response
    }
}

fn link(uri: &Uri, cursor: &str) -> Option<HeaderValue> {
    let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs.filter(|(name, _)| name != "cursor")).append_pair("cursor", cursor);
    format!("<{}?{}>; rel=\"next\"", uri.path(), query.finish()).try_into().ok()
}

#[cfg(test)]
mod tests;
