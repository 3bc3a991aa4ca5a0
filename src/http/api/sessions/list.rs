//! The list of sessions: those that are open, then those that ended, each newest first. A session
//! that ends while somebody turns the pages moves towards the end of the list: it may be seen
//! twice, and is never missed.

use std::collections::HashSet;

use axum::response::Response;
use beckon_domain::ids::{AccountId, Address, AgentId, ServiceId, SessionId};
use beckon_domain::outcome::Outcome;
use beckon_domain::settings::Channel;
use http::Uri;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Map;
use uuid::Uuid;

use super::row::{COLUMNS, Row};
use crate::http::AppState;
use crate::http::api::asked::{Asked, Filters};
use crate::http::api::csv::Column;
use crate::http::api::listing::{self, Page, Times, Within};
use crate::http::auth::{Principal, Role};
use crate::http::problem::Problem;
use crate::store::{Finished, ReportPlace, SessionReport, Store};

/// How many open sessions are looked at for one page. With filters that let few through, a page
/// has fewer rows than asked for, and says where to go on.
const LOOKED_AT: usize = 1_000;
/// How many finished ones of a service.
const FINISHED_LOOKED_AT: usize = 2_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Query {
    service: Option<ServiceId>,
    agent: Option<AgentId>,
    channel: Option<Channel>,
    account: Option<AccountId>,
    outcome: Option<Outcome>,
    state: Option<Stand>,
    direct: Option<bool>,
    stale: Option<bool>,
    address: Option<String>,
}

impl Filters for Query {}

/// Where sessions stand: a phase, or any but the last.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Stand {
    Open,
    Flow,
    Waiting,
    Ringing,
    Connected,
    Parked,
    Ended,
}

impl Stand {
    fn covers(self, state: &str) -> bool {
        state
            == match self {
                Self::Open => return state != "ended",
                Self::Flow => "flow",
                Self::Waiting => "waiting",
                Self::Ringing => "ringing",
                Self::Connected => "connected",
                Self::Parked => "parked",
                Self::Ended => "ended",
            }
    }
}

/// A place in the list.
#[derive(Clone, Debug, PartialEq)]
enum Place {
    /// After an open session.
    Open(SessionId),
    /// After a finished one.
    Finished(ReportPlace),
}

impl Place {
    fn text(&self) -> String {
        match self {
            Self::Open(id) => format!("o{id}"),
            Self::Finished(ReportPlace { created, service, session }) => {
                format!("f{session}{}/{service}", created.as_microsecond())
            }
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let id = SessionId(Uuid::parse_str(text.get(1..37)?).ok()?);
        match text.get(..1)? {
            "o" if text.len() == 37 => Some(Self::Open(id)),
            "f" => {
                let (created, service) = text.get(37..)?.split_once('/')?;
                let created = Timestamp::from_microsecond(created.parse().ok()?).ok()?;
                Some(Self::Finished(ReportPlace { created, service: service.into(), session: id }))
            }
            _ => None,
        }
    }
}

/// `GET /api/v1/sessions`: sessions by service, agent, channel, account, outcome, state, time and
/// more, a page at a time.
pub(in crate::http) async fn list(asked: Asked<Query>) -> Result<Response, Problem> {
    let Asked { state, principal, filters: query, times, as_csv, limit, cursor, uri, .. } = asked;
    let tenant = state.engine.directory().tenant(principal.tenant);
    let tenant = tenant.ok_or_else(Problem::unauthorized)?;
    let place = cursor.as_deref().map(|text| listing::place(&uri, text, Place::parse));
    let place = place.transpose()?.unwrap_or(Place::Open(SessionId(Uuid::max())));
    let agent = query.agent;
    let within =
        Within::of(&state, &principal, query.service.clone(), agent, query.account.as_ref())?;
    let mut list = List { state: &state, principal: &principal, query, within, times, limit };
    let (rows, next) = match list.query.address.take() {
        None => list.page(place).await?,
        Some(_) if principal.role != Role::Admin => {
            return Err(Problem::forbidden("Only administrators search by address."));
        }
        Some(address) => {
            let accounts = match &list.query.account {
                Some(account) => vec![account.clone()],
                None => tenant.accounts().cloned().collect(),
            };
            list.of_customer(&accounts, Address(address), place).await?
        }
    };
    page(&uri, &rows, next, as_csv)
}

fn page(uri: &Uri, rows: &[Row], next: Option<Place>, as_csv: bool) -> Result<Response, Problem> {
    let rows = rows.iter().map(serde_json::to_value).collect::<Result<_, _>>();
    let page = Page {
        name: "sessions",
        columns: COLUMNS.iter().copied().map(Column::of).collect(),
        rows: rows.map_err(|_| Problem::internal())?,
        next: next.map(|place| listing::cursor(uri, &place.text())),
        more: Map::new(),
        uri,
    };
    Ok(page.answer(as_csv))
}

struct List<'a> {
    state: &'a AppState,
    principal: &'a Principal,
    query: Query,
    within: Within,
    times: Times,
    limit: usize,
}

impl List<'_> {
    fn store(&self) -> &dyn Store {
        self.state.engine.store()
    }

    fn fits(&self, row: &Row) -> bool {
        let Query { channel, account, outcome, state, direct, stale, .. } = &self.query;
        self.within.sees(&row.service)
            && self.within.agent.is_none_or(|agent| row.agent == Some(agent))
            && self.times.contain(row.created_at)
            && channel.is_none_or(|channel| row.channel == channel)
            && account.as_ref().is_none_or(|account| row.account == *account)
            && outcome.is_none_or(|outcome| row.outcome == Some(outcome))
            && state.is_none_or(|state| state.covers(row.state()))
            && direct.is_none_or(|direct| row.direct == direct)
            && stale.is_none_or(|stale| row.stale() == Some(stale))
    }

    async fn page(&self, place: Place) -> Result<(Vec<Row>, Option<Place>), Problem> {
        let (mut rows, mut next) = (Vec::new(), Some(place));
        if let Some(Place::Open(before)) = next {
            (rows, next) = self.open(before).await?;
        }
        let open_only = self.query.state.is_some_and(|state| state != Stand::Ended);
        if let Some(Place::Finished(before)) = next {
            let left = self.limit - rows.len();
            if open_only {
                return Ok((rows, None));
            }
            let (more, place) = self.finished(before, left).await?;
            rows = once(rows, more, |row| row.session);
            next = place.map(Place::Finished);
        }
        Ok((rows, next))
    }

    /// Open sessions, and where to go on: there are more of them, or the finished ones begin.
    async fn open(&self, mut before: SessionId) -> Result<(Vec<Row>, Option<Place>), Problem> {
        let mut rows = Vec::new();
        let Query { outcome, state, stale, .. } = &self.query;
        let (_, until) = self.times.span(self.state.engine.clock().now());
        let finished = Some(Place::Finished(ReportPlace::at(until)));
        if outcome.is_some() || stale.is_some() || *state == Some(Stand::Ended) {
            return Ok((rows, finished));
        }
        // Without filters there is no need to look at more than the page has.
        let all = self.query.unfiltered() && self.times.open() && self.within.services.is_none();
        let looked_at = if all && self.within.agent.is_none() { self.limit } else { LOOKED_AT };
        let tenant = self.principal.tenant;
        let sessions = self.store().open_sessions(tenant, before, looked_at).await?;
        let more = sessions.len() == looked_at;
        for session in sessions {
            before = session.id;
            let row = Row::of(session);
            if self.fits(&row) {
                rows.push(row);
                if rows.len() == self.limit {
                    return Ok((rows, Some(Place::Open(before))));
                }
            }
        }
        Ok((rows, if more { Some(Place::Open(before)) } else { finished }))
    }

    /// Finished sessions after a place, and where to go on when there may be more.
    async fn finished(
        &self,
        before: ReportPlace,
        limit: usize,
    ) -> Result<(Vec<Row>, Option<ReportPlace>), Problem> {
        let (from, _) = self.times.span(self.state.engine.clock().now());
        let mut pages = Vec::new();
        for service in self.within.each() {
            let wanted = Finished {
                from,
                before: before.clone(),
                service,
                agent: self.within.agent,
                account: self.query.account.clone(),
                channel: self.query.channel,
                outcome: self.query.outcome,
                direct: self.query.direct,
                stale: self.query.stale,
                look: FINISHED_LOOKED_AT,
            };
            let page = self.store().finished(self.principal.tenant, &wanted, limit).await?;
            let placed = |report: SessionReport| Some((report.place()?, report));
            pages.push((page.reports.into_iter().filter_map(placed).collect(), page.next));
        }
        let (found, next) = merged(pages, limit);
        Ok((found.into_iter().map(Row::finished).collect(), next))
    }

    /// Sessions of an address on some accounts, open and finished ones together, newest first.
    async fn of_customer(
        &self,
        accounts: &[AccountId],
        address: Address,
        place: Place,
    ) -> Result<(Vec<Row>, Option<Place>), Problem> {
        let Place::Open(before) = place else {
            return Err(Problem::field("cursor", "is none of this list"));
        };
        let (tenant, mut sessions) = (self.principal.tenant, Vec::new());
        for account in accounts {
            let limit = self.limit;
            sessions.extend(
                self.store().customer_sessions(tenant, account, &address, before, limit).await?,
            );
        }
        sessions.sort_unstable_by_key(|session| std::cmp::Reverse(session.id));
        let more = sessions.len() >= self.limit;
        sessions.truncate(self.limit);
        let next = sessions.last().filter(|_| more).map(|session| Place::Open(session.id));
        let mut rows = Vec::new();
        for session in sessions {
            let report = self.store().report(tenant, session.id).await?;
            let row = report.map_or_else(|| Row::of(session), Row::finished);
            rows.extend(Some(row).filter(|row| self.fits(row)));
        }
        Ok((rows, next))
    }
}

/// The rows of two reads. What ended between them stands there as it was first.
fn once<T>(mut rows: Vec<T>, more: Vec<T>, session: impl Fn(&T) -> SessionId) -> Vec<T> {
    let shown: HashSet<_> = rows.iter().map(&session).collect();
    rows.extend(more.into_iter().filter(|row| !shown.contains(&session(row))));
    rows
}

/// Rows with their places, and where to go on.
type Found<P, T> = (Vec<(P, T)>, Option<P>);

/// A page of several lists together, newest first, and where to go on. Behind the place where one
/// of them was looked at no further, something of it may come before what the others have.
fn merged<P: Ord + Clone, T>(pages: Vec<Found<P, T>>, limit: usize) -> (Vec<T>, Option<P>) {
    let looked_to = pages.iter().filter_map(|(_, next)| next.clone()).max();
    let rows = pages.into_iter().flat_map(|(rows, _)| rows);
    let known = |place: &P| looked_to.as_ref().is_none_or(|looked_to| place >= looked_to);
    let mut rows: Vec<_> = rows.filter(|(place, _)| known(place)).collect();
    rows.sort_by(|(one, _), (other, _)| other.cmp(one));
    rows.truncate(limit);
    let full = rows.last().filter(|_| rows.len() == limit).map(|(place, _)| place.clone());
    (rows.into_iter().map(|(_, row)| row).collect(), full.or(looked_to))
}

impl Query {
    /// Whether every open session is wanted.
    fn unfiltered(&self) -> bool {
        let Self { channel, account, state, direct, .. } = self;
        channel.is_none() && account.is_none() && state.is_none() && direct.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_merged_no_further_than_all_of_them_were_looked_at() {
        // Places are numbers here; the rows are the same.
        let list = |places: &[u32], next| (places.iter().map(|it| (*it, *it)).collect(), next);
        let lists = || vec![list(&[9, 5], None), list(&[8, 4], Some(3)), list(&[], Some(6))];
        assert_eq!(merged(lists(), 9), (vec![9, 8], Some(6)), "there may be a 5 in the last one");
        assert_eq!(merged(lists(), 1), (vec![9], Some(9)), "the page is full");
        let (whole, rest) = (list(&[9, 5], None), list(&[7], None));
        assert_eq!(merged(vec![whole, rest], 9), (vec![9, 7, 5], None));
        assert_eq!(merged(vec![list(&[], Some(2))], 9), (vec![], Some(2)), "none fits, so far");
    }

    #[test]
    fn what_ends_while_a_page_is_read_stands_on_it_once() {
        let row = |number, state| (SessionId(Uuid::from_u128(number)), state);
        let open = vec![row(2, "connected"), row(1, "waiting")];
        let finished = vec![row(2, "ended"), row(0, "ended")];
        let page = once(open.clone(), finished, |(session, _)| *session);
        assert_eq!(page, [open[0], open[1], row(0, "ended")]);
    }

    #[test]
    fn a_place_reads_back() {
        let session = SessionId(Uuid::from_u128(7));
        let created = Timestamp::from_microsecond(1_800_000_000_000_001).unwrap();
        let service = ServiceId("a/b".to_owned());
        for place in [
            Place::Open(session),
            Place::Finished(ReportPlace { created, service, session }),
            Place::Finished(ReportPlace::at(created)),
        ] {
            let text = place.text();
            assert_eq!(Place::parse(&text), Some(place));
            assert_eq!(Place::parse(&text[1..]), None, "cut at the beginning");
        }
        for text in ["", "o", "x", "é", "o00000000-0000-0000-0000-000000000000x"] {
            assert_eq!(Place::parse(text), None, "{text}");
        }
    }
}
