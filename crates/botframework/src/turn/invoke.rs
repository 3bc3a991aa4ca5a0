//! Answers to invokes, in the only shapes that Teams understands.

use ::http::StatusCode;
use bytes::Bytes;
use serde_json::{Value, json};

use crate::activity::ADAPTIVE_CARD_CONTENT_TYPE;

/// The body of the answer to an invoke.
///
/// Teams wants HTTP 200 whenever the bot's code has run, and says how it went in the body. A
/// body that is empty, or holds an empty value, counts as no answer: the user reads "Unable to
/// reach the app" and the invoke is sent again. So whatever a handler returns for a card action
/// is answered with a status, a type and a value: what lacks them (only [`body`](Self::body),
/// [`acknowledged`](Self::acknowledged) and an empty sign-in card can) is logged and answered
/// as an internal error.
///
/// A refusal for business reasons (not allowed, already taken, too busy) is best told with
/// [`message`](Self::message) or with the [`card`](Self::card) as it stands now; that also makes
/// repeated clicks harmless. [`error`](Self::error) is for malformed requests and failures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvokeResponse {
    body: Bytes,
    /// Whether it is well-formed as the answer to a card action.
    answers_card_action: bool,
}

/// What a blank message is replaced by.
const EMPTY_MESSAGE: &str = "Done.";

impl InvokeResponse {
    /// Replaces the card, for the person who clicked and on that device alone; the message
    /// itself stays as it was until it is updated.
    ///
    /// Anything but an object of type `AdaptiveCard` is answered as an internal error, since
    /// clients would get stuck on it.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a handler's last act is to give its card away, as it does when it sends one"
    )]
    pub fn card(card: Value) -> Self {
        if card.get("type").and_then(Value::as_str) == Some("AdaptiveCard") {
            Self::action(StatusCode::OK, ADAPTIVE_CARD_CONTENT_TYPE, &card)
        } else {
            tracing::error!("an invoke was answered with a card that is no Adaptive Card");
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

    /// Reports a failure: 400 for a malformed request, 412 for a sign-in that failed, 500 for an
    /// internal error. Other statuses have no meaning to Teams: the rest of 4xx is sent as 400
    /// and everything else as 500.
    pub fn error(status: StatusCode, code: &str, message: &str) -> Self {
        const ERROR: &str = "application/vnd.microsoft.error";
        let (status, kind, unnamed) = match status {
            StatusCode::PRECONDITION_FAILED => {
                (status, "application/vnd.microsoft.error.preconditionFailed", "PreconditionFailed")
            }
            _ if status.is_client_error() => (StatusCode::BAD_REQUEST, ERROR, "BadRequest"),
            _ => (StatusCode::INTERNAL_SERVER_ERROR, ERROR, "InternalError"),
        };
        let code = if code.trim().is_empty() { unnamed } else { code };
        let message = if message.trim().is_empty() { code } else { message };
        Self::action(status, kind, &json!({ "code": code, "message": message }))
    }

    /// Prompts the user to sign in with the content of an OAuth card.
    pub fn login_request(oauth_card: &Value) -> Self {
        let kind = "application/vnd.microsoft.activity.loginRequest";
        let answers_card_action = !is_empty(oauth_card);
        Self { answers_card_action, ..Self::action(StatusCode::UNAUTHORIZED, kind, oauth_card) }
    }

    /// The answer of an invoke that is not a card action, such as `{"task": …}` for
    /// `task/fetch`: it is the body as it stands, without `statusCode` around it. `null` is
    /// sent as an empty object, which says "done".
    pub fn body(value: &Value) -> Self {
        let body = if value.is_null() { "{}".to_owned() } else { value.to_string() };
        let whole = value["statusCode"].is_u64() && !is_empty(&value["type"]);
        let answers_card_action = whole && !is_empty(&value["value"]);
        Self { body: body.into(), answers_card_action }
    }

    /// An empty object: "done, nothing to show". Not for card actions.
    pub fn acknowledged() -> Self {
        Self { body: Bytes::from_static(b"{}"), answers_card_action: false }
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
        Self { body: body.into(), answers_card_action: true }
    }

    pub(super) fn answers_card_action(&self) -> bool {
        self.answers_card_action
    }

    /// The JSON that is sent.
    pub fn as_bytes(&self) -> &Bytes {
        &self.body
    }
}

/// Whether Teams would take this for no value: only strings and objects are values.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::String(text) => text.trim().is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => true,
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
        for card in
            [Value::Null, json!(""), json!([]), json!("text"), json!({}), json!({"type": "Hero"})]
        {
            assert_eq!(json_of(&InvokeResponse::card(card))["statusCode"], 500);
        }
        for text in ["", " ", "\n"] {
            assert_eq!(json_of(&InvokeResponse::message(text))["value"], "Done.");
        }
        let error = json_of(&InvokeResponse::error(StatusCode::BAD_REQUEST, "BadRequest", ""));
        assert_eq!(error["value"], json!({"code": "BadRequest", "message": "BadRequest"}));
        let error = json_of(&InvokeResponse::error(StatusCode::BAD_REQUEST, " ", ""));
        assert_eq!(error["value"], json!({"code": "BadRequest", "message": "BadRequest"}));
        assert_eq!(json_of(&InvokeResponse::body(&Value::Null)), json!({}));
        assert_eq!(json_of(&InvokeResponse::acknowledged()), json!({}));
    }

    #[test]
    fn errors_have_a_status_that_teams_knows() {
        for (status, sent) in
            [(200, 500), (204, 500), (400, 400), (403, 400), (412, 412), (503, 500)]
        {
            let status = StatusCode::from_u16(status).unwrap();
            let error = json_of(&InvokeResponse::error(status, "c", "m"));
            assert_eq!(error["statusCode"], sent, "{status}");
        }
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
