//! Errors of the REST API: RFC 9457 problems, all from this place.

use axum::response::{IntoResponse, Response};
use beckon_domain::agent::NotSelectable;
use beckon_domain::step::Rejection;
use beckon_domain::wrap_up::BadCodes;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::store::{ExecuteError, StoreError};

/// An error as the API answers it.
#[derive(Debug, Serialize)]
pub struct Problem {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    #[serde(serialize_with = "status_code")]
    status: StatusCode,
    detail: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
}

/// What is wrong with one field of the request.
#[derive(Debug, Serialize)]
pub struct FieldError {
    field: &'static str,
    detail: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn status_code<S: serde::Serializer>(status: &StatusCode, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_u16(status.as_u16())
}

impl Problem {
    fn new(
        status: StatusCode,
        kind: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self { kind, title, status, detail: detail.into(), errors: Vec::new() }
    }

    /// 400: the request cannot be read.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "about:blank", "The request cannot be read", detail)
    }

    /// 401: no key, or one that is not known.
    pub fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "about:blank",
            "Sign in first",
            "Send a valid key or token as `Authorization: Bearer …`.",
        )
    }

    /// 403: the key is known, but not for this.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "about:blank", "Not allowed", detail)
    }

    /// 404: no such thing in this tenant.
    pub fn not_found(what: &str) -> Self {
        let detail = format!("There is no such {what}.");
        Self::new(StatusCode::NOT_FOUND, "about:blank", "Not found", detail)
    }

    /// 405: the path is there, the method is not.
    pub fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "about:blank",
            "Method not allowed",
            "This address does not take that method.",
        )
    }

    /// 409: it does not fit the state of the session.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "about:blank", "Not possible in this state", detail)
    }

    /// 413: the body is too large.
    pub fn too_large(limit: usize) -> Self {
        let detail = format!("The body may have {limit} bytes.");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "about:blank", "Too large", detail)
    }

    /// 415: the body is not JSON.
    pub fn not_json() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "about:blank",
            "Not JSON",
            "Send `Content-Type: application/json`.",
        )
    }

    /// 422: a field has a value that is not accepted.
    pub fn field(field: &'static str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let mut problem = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "about:blank",
            "A field is not accepted",
            format!("{field}: {detail}"),
        );
        problem.errors.push(FieldError { field, detail });
        problem
    }

    /// 500: our fault; the details are in the log.
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "about:blank",
            "Something failed here",
            "It was logged. Nothing was lost; send the request again.",
        )
    }

    /// 503: try again.
    pub fn unavailable() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "about:blank",
            "Not available",
            "Nothing was written. Send the request again in a moment.",
        )
    }

    /// 503: it is being carried out, and takes long.
    pub fn under_way() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "about:blank",
            "Still working on it",
            "It is being carried out. Send the same request again to learn what came of it.",
        )
    }

    /// The status it is answered with.
    pub fn status(&self) -> StatusCode {
        self.status
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status;
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::NotFound(what) => Self::not_found(what),
            Rejection::EmptyText => Self::field("text", "is empty; write at least one character"),
            Rejection::TextTooLong { chars, max } => Self::field(
                "text",
                format!("has {chars} characters; split it into parts of at most {max}"),
            ),
            Rejection::TooManyParameters { count, max } => Self::field(
                "parameters",
                format!("gives the session {count}; it can have at most {max}"),
            ),
            Rejection::NotConnected("parked") => {
                Self::conflict("The session is parked: nothing is sent until it is taken up again.")
            }
            Rejection::NotConnected(phase) => {
                Self::conflict(format!("The session is {phase}, nobody would read the message."))
            }
            Rejection::SessionOpen => Self::conflict("The customer has an open session already."),
            Rejection::Blocked => Self::conflict("The tenant's block list names the customer."),
            Rejection::AtCapacity => Self::conflict("The agent has no capacity left."),
            Rejection::NotSelectable(reason) => {
                Self::conflict(format!("The agent cannot be rung now: {}.", in_words(reason)))
            }
            Rejection::CodesNotOpen(state) => Self::conflict(format!(
                "Codes and tags are for conversations that are over; this invitation is {state}."
            )),
            Rejection::CodesClosed { until } => Self::conflict(format!(
                "Codes and tags could be set until {until:.0}, a day after the end. Nothing was \
                 changed."
            )),
            Rejection::CodesRequired => Self::conflict(
                "Choose the codes that have to be chosen first; they end the wrap-up as well.",
            ),
            Rejection::BadCodes(bad) => Self::field(bad_field(&bad), bad.to_string()),
            Rejection::NotYours => Self::forbidden("The session is another agent's."),
        }
    }
}

/// Why an agent cannot be rung, and what would help.
fn in_words(reason: NotSelectable) -> &'static str {
    match reason {
        NotSelectable::Unreachable => "they have neither the bot nor the console open",
        NotSelectable::OffDuty => "they are off duty",
        NotSelectable::Absent => "their presence in Teams says that they are elsewhere",
        NotSelectable::Rona => "they are flagged for not answering; the flag can be reset",
        NotSelectable::NotAvailable => {
            "they missed several invitations, and are not asked until they do something"
        }
        NotSelectable::Busy => "they have as much to do as they may",
        NotSelectable::AlreadyTried => "they were asked for this session already",
    }
}

/// The field of the request that is bad.
fn bad_field(bad: &BadCodes) -> &'static str {
    match bad {
        BadCodes::Unknown { list, .. } => list,
        BadCodes::NoTags
        | BadCodes::TooManyTags(_)
        | BadCodes::TagTooLong(_)
        | BadCodes::Comma(_) => "tags",
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(target: "http", %error, "the store failed a request");
        match error {
            StoreError::Inconsistent { .. } => Self::internal(),
            _ => Self::unavailable(),
        }
    }
}

impl From<ExecuteError> for Problem {
    fn from(error: ExecuteError) -> Self {
        match error {
            ExecuteError::Rejected(rejection) => rejection.into(),
            ExecuteError::Store(error) => error.into(),
            ExecuteError::Cancelled => Self::unavailable(),
            ExecuteError::UnderWay => Self::under_way(),
        }
    }
}
