//! Answers to invokes, in the only shapes that Teams understands.

use ::http::StatusCode;
use bytes::Bytes;
use serde_json::{Value, json};

use crate::activity::ADAPTIVE_CARD_CONTENT_TYPE;

/// The body of the answer to an invoke.
///
/// Teams wants HTTP 200 whenever the bot's code has run, and says how it went in the body. A
/// body that is empty, or holds an empty value, counts as no answer: the user reads "Unable to
/// reach the app" and the invoke is sent again. None of the constructors can build one.
///
/// A refusal for business reasons (not allowed, already taken, too busy) is best told with
/// [`message`](Self::message) or with the [`card`](Self::card) as it stands now; that also makes
/// repeated clicks harmless. [`error`](Self::error) is for malformed requests and failures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvokeResponse {
    body: Bytes,
}

/// What a blank message is replaced by.
const EMPTY_MESSAGE: &str = "Done.";

impl InvokeResponse {
    /// Replaces the card, for the person who clicked and on that device alone; the message
    /// itself stays as it was until it is updated.
    ///
    /// Anything but an object is answered as an internal error, since clients would get stuck
    /// on it.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a handler's last act is to give its card away, as it does when it sends one"
    )]
    pub fn card(card: Value) -> Self {
        if card.is_object() {
            Self::action(StatusCode::OK, ADAPTIVE_CARD_CONTENT_TYPE, &card)
        } else {
            tracing::error!("an invoke was answered with a card that is no object");
            Self::internal_error()
        }
    }

    /// Shows a short message; the card stays. A blank text is replaced by "Done.", because
    /// Teams takes an empty one for a failure.
    pub fn message(text: impl Into<String>) -> Self {
        let mut text = text.into();
        if text.trim().is_empty() {
            EMPTY_MESSAGE.clone_into(&mut text);
        }
        Self::action(StatusCode::OK, "application/vnd.microsoft.activity.message", &text.into())
    }

    /// Reports a failure: 400 for a malformed request, 500 for an internal error. Other
    /// statuses have no meaning to Teams.
    pub fn error(status: StatusCode, code: &str, message: &str) -> Self {
        let kind = match status {
            StatusCode::PRECONDITION_FAILED => "application/vnd.microsoft.error.preconditionFailed",
            _ => "application/vnd.microsoft.error",
        };
        let message = if message.trim().is_empty() { code } else { message };
        Self::action(status, kind, &json!({ "code": code, "message": message }))
    }

    /// Prompts the user to sign in with the content of an OAuth card.
    pub fn login_request(oauth_card: &Value) -> Self {
        let kind = "application/vnd.microsoft.activity.loginRequest";
        Self::action(StatusCode::UNAUTHORIZED, kind, oauth_card)
    }

    /// The answer of an invoke that is not a card action, such as `{"task": …}` for
    /// `task/fetch`: it is the body as it stands, without `statusCode` around it. `null` is
    /// sent as an empty object, which says "done".
    pub fn body(value: &Value) -> Self {
        let body = if value.is_null() { "{}".to_owned() } else { value.to_string() };
        Self { body: body.into() }
    }

    /// An empty object: "done, nothing to show". Not for card actions.
    pub fn acknowledged() -> Self {
        Self { body: Bytes::from_static(b"{}") }
    }

    pub(super) fn internal_error() -> Self {
        Self::error(
            StatusCode::INTERNAL_SERVER_ERROR,
            "InternalError",
            "Something went wrong. Please try again.",
        )
    }

    /// Puts the value between fixed parts: cards are large, and need no copy for this.
    fn action(status: StatusCode, kind: &'static str, value: &Value) -> Self {
        let status = status.as_u16();
        let body = format!(r#"{{"statusCode":{status},"type":"{kind}","value":{value}}}"#);
        Self { body: body.into() }
    }

    /// The JSON that is sent.
    pub fn as_bytes(&self) -> &Bytes {
        &self.body
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json_of(response: &InvokeResponse) -> Value {
        serde_json::from_slice(response.as_bytes()).unwrap()
    }

    #[test]
    fn a_card_replaces_the_card() {
        let card = json!({"type": "AdaptiveCard", "version": "1.5"});
        assert_eq!(
            json_of(&InvokeResponse::card(card.clone())),
            json!({"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": card})
        );
    }

    #[test]
    fn no_answer_is_ever_empty() {
        for card in [Value::Null, json!(""), json!([]), json!("text")] {
            assert_eq!(json_of(&InvokeResponse::card(card))["statusCode"], 500);
        }
        for text in ["", " ", "\n"] {
            assert_eq!(json_of(&InvokeResponse::message(text))["value"], "Done.");
        }
        let error = json_of(&InvokeResponse::error(StatusCode::BAD_REQUEST, "BadRequest", ""));
        assert_eq!(error["value"], json!({"code": "BadRequest", "message": "BadRequest"}));
        assert_eq!(json_of(&InvokeResponse::body(&Value::Null)), json!({}));
        assert_eq!(json_of(&InvokeResponse::acknowledged()), json!({}));
    }

    #[test]
    fn each_kind_has_its_type() {
        let kind = |response: &InvokeResponse| json_of(response)["type"].clone();
        let error = |status| InvokeResponse::error(status, "c", "m");
        assert_eq!(
            kind(&InvokeResponse::message("hi")),
            "application/vnd.microsoft.activity.message"
        );
        assert_eq!(kind(&error(StatusCode::BAD_REQUEST)), "application/vnd.microsoft.error");
        assert_eq!(
            kind(&error(StatusCode::PRECONDITION_FAILED)),
            "application/vnd.microsoft.error.preconditionFailed"
        );
        assert_eq!(
            kind(&InvokeResponse::login_request(&json!({}))),
            "application/vnd.microsoft.activity.loginRequest"
        );
    }

    #[test]
    fn other_invokes_are_answered_with_their_body() {
        let task = json!({"task": {"type": "message", "value": "hi"}});
        assert_eq!(json_of(&InvokeResponse::body(&task)), task);
    }
}
