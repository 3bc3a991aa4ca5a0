//! A click on a card, from the action to what the client then shows.

use serde::Serialize;
use serde_json::Value;
#[cfg(test)]
use serde_json::json;

use crate::{card, message::View, record::Delivery};

/// What a click led to, as the client understands the bot's answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum ClickOutcome {
    /// A card replaces the shared one, for this client only.
    Card {
        /// The card.
        card: Value,
    },
    /// A line of text; the card stays.
    Message {
        /// The text.
        text: String,
    },
    /// The bot asked for sign-in.
    LoginRequest {
        /// The content of the `OAuthCard`.
        card: Value,
    },
    /// The bot reported an error.
    Error {
        /// The `statusCode` in the body.
        status: u16,
        /// The error's code.
        code: String,
        /// The error's text.
        message: String,
    },
    /// An `Action.Submit` was taken; such a click can bring no card back.
    Submitted,
    /// The client shows "Unable to reach app": no answer, a wrong status, or an answer it cannot
    /// read.
    Unreachable {
        /// What was wrong with the answer.
        reason: String,
    },
}

/// The result of a click.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ClickResult {
    /// What the bot answered.
    pub outcome: ClickOutcome,
    /// The card the client shows afterwards.
    pub shown: Option<Value>,
    /// The deliveries: the original first, then duplicates and the client's own second try.
    pub deliveries: Vec<Delivery>,
}

fn unreachable(reason: impl Into<String>) -> ClickOutcome {
    ClickOutcome::Unreachable { reason: reason.into() }
}

/// Reads the answer to an invoke the way a client does: HTTP 200, then `statusCode`, `type` and
/// `value` (Universal Action Model; a missing `statusCode` counts as 200).
pub(crate) fn read_answer(delivery: &Delivery) -> ClickOutcome {
    match (delivery.status, &delivery.error) {
        (Some(200), _) => {}
        (Some(status), _) => return unreachable(format!("HTTP {status}")),
        (None, error) => return unreachable(error.clone().unwrap_or_default()),
    }
    let answer = &delivery.answer;
    if !answer.is_object() {
        return unreachable("the body is no JSON object");
    }
    let status = answer.get("statusCode").map_or(Some(200), Value::as_u64);
    let Some(status) = status.filter(|status| (200..600).contains(status)) else {
        return unreachable("statusCode is no number from 200 to 599");
    };
    let value = &answer["value"];
    match (status, answer["type"].as_str()) {
        (200, Some(card::CONTENT_TYPE)) if value["type"] == "AdaptiveCard" => {
            ClickOutcome::Card { card: value.clone() }
        }
        (200, Some(card::CONTENT_TYPE)) => unreachable("value is no Adaptive Card"),
        (200, Some("application/vnd.microsoft.activity.message")) => match value.as_str() {
            // An empty text counts as a failed answer, and the invoke is sent again
            // (vercel/chat#731).
            Some("") | None => unreachable(EMPTY),
            Some(text) => ClickOutcome::Message { text: text.to_owned() },
        },
        (401, Some("application/vnd.microsoft.activity.loginRequest")) => {
            ClickOutcome::LoginRequest { card: value.clone() }
        }
        (400.., Some(kind)) if kind.starts_with("application/vnd.microsoft.error") => {
            let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
            ClickOutcome::Error {
                status: status as u16,
                code: text("code"),
                message: text("message"),
            }
        }
        (_, kind) => unreachable(format!("status {status} with type {kind:?}")),
    }
}

const EMPTY: &str = "value is empty";

/// Whether the client sends the invoke once more after this answer.
pub(crate) fn sends_again(outcome: &ClickOutcome) -> bool {
    *outcome == unreachable(EMPTY)
}

/// What the answer leaves on the screen of the clicking client.
pub(crate) fn repaint(outcome: &ClickOutcome, at_ms: i64) -> View {
    let (card, notice) = match outcome {
        ClickOutcome::Card { card } => (Some(card.clone()), None),
        ClickOutcome::Message { text } => (None, Some(text.clone())),
        ClickOutcome::Error { message, .. } => (None, Some(message.clone())),
        ClickOutcome::LoginRequest { .. } => (None, Some("Sign in".to_owned())),
        ClickOutcome::Submitted => (None, Some("Your response was sent to the app".to_owned())),
        ClickOutcome::Unreachable { .. } => (None, Some("Unable to reach app".to_owned())),
    };
    View { card, notice, at_ms }
}

/// The body a well-behaved bot answers with, for tests of the client side.
#[cfg(test)]
pub(crate) fn card_answer(card: &Value) -> Value {
    json!({"statusCode": 200, "type": card::CONTENT_TYPE, "value": card})
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn answered(status: u16, answer: Value) -> Delivery {
        Delivery {
            number: 1,
            at_ms: 0,
            activity: Value::Null,
            copy: 0,
            status: Some(status),
            answer,
            error: None,
            latency: Duration::ZERO,
        }
    }

    fn message(value: &Value) -> Value {
        json!({"statusCode": 200, "type": "application/vnd.microsoft.activity.message",
               "value": value})
    }

    #[test]
    fn a_card_and_a_message_are_read() {
        let card = json!({"type": "AdaptiveCard", "version": "1.5"});
        let outcome = read_answer(&answered(200, card_answer(&card)));
        assert_eq!(outcome, ClickOutcome::Card { card });
        let outcome = read_answer(&answered(200, message(&json!("done"))));
        assert_eq!(outcome, ClickOutcome::Message { text: "done".into() });
    }

    #[test]
    fn an_empty_value_is_sent_again() {
        assert!(sends_again(&read_answer(&answered(200, message(&json!(""))))));
        assert!(!sends_again(&read_answer(&answered(200, message(&json!("x"))))));
        assert!(!sends_again(&read_answer(&answered(500, Value::Null))));
    }

    #[test]
    fn anything_but_http_200_is_unreachable() {
        let card = card_answer(&json!({"type": "AdaptiveCard"}));
        for status in [202, 401, 500, 501] {
            let outcome = read_answer(&answered(status, card.clone()));
            assert_eq!(outcome, unreachable(format!("HTTP {status}")));
        }
    }

    #[test]
    fn errors_carry_code_and_text() {
        let body = json!({"statusCode": 400, "type": "application/vnd.microsoft.error",
                          "value": {"code": "BadRequest", "message": "no"}});
        let outcome = read_answer(&answered(200, body));
        let (code, message) = ("BadRequest".into(), "no".into());
        assert_eq!(outcome, ClickOutcome::Error { status: 400, code, message });
    }

    #[test]
    fn the_wrong_type_of_the_documentation_sample_is_refused() {
        let body = json!({"statusCode": 200, "type": "application/vnd.microsoft.adaptive.card",
                          "value": {"type": "AdaptiveCard"}});
        assert!(matches!(read_answer(&answered(200, body)), ClickOutcome::Unreachable { .. }));
    }
}
