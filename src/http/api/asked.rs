//! What every list and report is asked with: a span of time, a form, a page. Read in one place, so
//! that each route says only what is its own.

use axum::extract::FromRequestParts;
use http::Uri;
use http::request::Parts;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::form_urlencoded::{self, Serializer};

use super::csv;
use super::listing::{self, Times};
use crate::http::AppState;
use crate::http::auth::Principal;
use crate::http::json::Params;
use crate::http::problem::Problem;

/// The filters of a route: the fields of its query that are its own.
pub(super) trait Filters: DeserializeOwned {
    /// Whether it answers in pages, so that it takes `cursor` and `limit`.
    const PAGED: bool = true;
}

/// A request for a list or a report.
pub(in crate::http) struct Asked<F> {
    /// What the route can reach.
    pub(super) state: AppState,
    /// Who asks.
    pub(super) principal: Principal,
    /// The route's own filters.
    pub(super) filters: F,
    /// The zone in which days of the query are meant.
    pub(super) zone: TimeZone,
    /// The span of time.
    pub(super) times: Times,
    /// Whether the answer is CSV.
    pub(super) as_csv: bool,
    /// How many rows a page has.
    pub(super) limit: usize,
    /// Where the page begins.
    pub(super) cursor: Option<String>,
    /// The whole address, for cursors and links.
    pub(super) uri: Uri,
}

#[derive(Deserialize)]
struct Common {
    from: Option<String>,
    to: Option<String>,
    format: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

impl<F: Filters> FromRequestParts<AppState> for Asked<F> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let principal = Principal::from_request_parts(parts, state).await?;
        let tenant = state.engine.directory().tenant(principal.tenant);
        let zone = tenant.ok_or_else(Problem::unauthorized)?.zone();
        let (common, own) = divided(&parts.uri, F::PAGED)?;
        let Params(Common { from, to, format, limit, cursor }) = Params::of(&common)?;
        let Params(filters) = Params::of(&own)?;
        Ok(Self {
            as_csv: csv::asked_for(format.as_deref(), &parts.headers)?,
            limit: listing::limit(limit)?,
            times: Times::parse(&zone, from.as_deref(), to.as_deref())?,
            state: state.clone(),
            principal,
            filters,
            zone,
            cursor,
            uri: parts.uri.clone(),
        })
    }
}

/// The fields of a query that all have, and those of one route, as addresses of their own: each
/// refuses what it does not know, so together they refuse what neither does.
fn divided(uri: &Uri, paged: bool) -> Result<(Uri, Uri), Problem> {
    let (mut common, mut own) = (Serializer::new(String::new()), Serializer::new(String::new()));
    for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
        let shared = match &*name {
            "from" | "to" | "format" => true,
            "limit" | "cursor" => paged,
            _ => false,
        };
        let part = if shared { &mut common } else { &mut own };
        part.append_pair(&name, &value);
    }
    let address = |query: String| {
        format!("/?{query}").parse().map_err(|_| Problem::bad_request("The query is too long."))
    };
    Ok((address(common.finish())?, address(own.finish())?))
}
