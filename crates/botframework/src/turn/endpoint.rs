//! The HTTP side: headers, then token, then body, then activity.

use std::time::Duration;

use ::http::header::CONTENT_TYPE;
use ::http::{HeaderMap, StatusCode};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::time::{Instant, timeout};
use tracing::Instrument;

use super::answer::Answer;
use super::bot::{Bot, kind_label};
use crate::activity::Activity;
use crate::auth::Rejection;
use crate::text::clean;

/// A caller that is allowed in still may not hold a connection for ever.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// Answers `POST /api/messages`.
///
/// Nothing of the body is looked at, nor waited for, before the token is known to be genuine;
/// nothing is done before the activity is known to belong to it.
pub(super) async fn receive(State(bot): State<Bot>, request: Request) -> Response {
    let received = Instant::now();
    let (parts, body) = request.into_parts();
    let token = match bot.inner.authenticator.authenticate_request(&parts).await {
        Ok(token) => token,
        Err(rejection) => return rejected(&rejection),
    };
    if !is_json(&parts.headers) {
        refused("media_type", "the body is not declared as JSON");
        let body = r#"{"error":"unsupported media type"}"#;
        return Answer::fixed(StatusCode::UNSUPPORTED_MEDIA_TYPE, body).into_response();
    }
    let body = match read(body, bot.inner.limits.max_bytes).await {
        Ok(body) => body,
        Err(refusal) => return refusal.into_response(),
    };
    let activity = match Activity::parse_within(&body, &bot.inner.limits) {
        Ok(activity) => activity,
        Err(error) => return rejected(&bot.inner.authenticator.refuse_body(error)),
    };
    if let Err(rejection) = bot.inner.authenticator.authorize(&token, &activity) {
        return rejected(&rejection);
    }
    let span = turn_span(&activity, &parts.headers);
    bot.turn(activity, received).instrument(span).await.into_response()
}

/// The span of a turn, with what correlates it to the channel's own records. Ids only: no
/// names and no text.
fn turn_span(activity: &Activity, headers: &HeaderMap) -> tracing::Span {
    let ms_cv = headers.get("ms-cv").and_then(|value| value.to_str().ok());
    tracing::info_span!(
        "bot.turn",
        activity.r#type = kind_label(&activity.kind),
        activity.name = activity.name.as_deref().map(|name| clean(name, 64)),
        verb = tracing::field::Empty,
        activity.id = activity.id.as_deref().map(|id| clean(id, 64)),
        tenant = activity.tenant_id().map(|tenant| clean(tenant, 64)),
        ms_cv = ms_cv.map(|value| clean(value, 128)),
    )
}

fn rejected(rejection: &Rejection) -> Response {
    Answer::fixed(rejection.status(), rejection.body()).into_response()
}

/// Counts and logs what the authenticator never gets to see.
fn refused(reason: &'static str, detail: &str) {
    metrics::counter!("botframework_inbound_verify_total", "outcome" => reason).increment(1);
    tracing::warn!(reason, detail, "inbound request rejected");
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = value.and_then(|value| value.split(';').next()).unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

async fn read(body: axum::body::Body, most: usize) -> Result<Bytes, Answer> {
    let whole = Limited::new(body, most).collect();
    match timeout(BODY_TIMEOUT, whole).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            refused("body_too_large", "the body is too large");
            Err(Answer::fixed(StatusCode::PAYLOAD_TOO_LARGE, r#"{"error":"payload too large"}"#))
        }
        Ok(Err(_)) => {
            refused("body_incomplete", "the body broke off");
            Err(Answer::fixed(StatusCode::BAD_REQUEST, r#"{"error":"bad request"}"#))
        }
        Err(_) => {
            refused("body_timeout", "the body did not come in time");
            Err(Answer::fixed(StatusCode::REQUEST_TIMEOUT, r#"{"error":"timeout"}"#))
        }
    }
}
