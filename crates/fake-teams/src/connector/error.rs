//! The three shapes in which the Teams connector refuses.

use std::borrow::Cow;

use axum::{
    Json,
    http::{Method, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// A refusal. Statuses and codes follow the table "Status codes from bot conversational APIs" of
/// the Teams docs (`conversation-messages.md`).
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Refusal {
    /// The standard error response of the protocol.
    Standard { status: StatusCode, code: Cow<'static, str>, message: String },
    /// The Teams message backend: details hide in a JSON text (`send-proactive-messages.md`).
    Backend { status: StatusCode, error_code: u32, sub_code: &'static str, details: &'static str },
    /// The gateway in front of both (msteams-docs#11153, bot-docs#1357): a message, nothing else.
    Gateway { status: StatusCode, message: Cow<'static, str> },
}

/// The answer to a method that a path does not have.
pub(super) async fn no_method(method: Method) -> Refusal {
    let message = format!("The requested resource does not support http method '{method}'.");
    Refusal::Gateway { status: StatusCode::METHOD_NOT_ALLOWED, message: message.into() }
}

fn standard(status: StatusCode, code: &'static str, message: impl Into<String>) -> Refusal {
    Refusal::Standard { status, code: code.into(), message: message.into() }
}

impl Refusal {
    /// The token is missing, expired, or made for another audience.
    pub(crate) fn unauthorized() -> Self {
        let message = "Authorization has been denied for this request.".into();
        Self::Gateway { status: StatusCode::UNAUTHORIZED, message }
    }

    /// No such attachment.
    pub(crate) fn no_attachment() -> Self {
        standard(StatusCode::NOT_FOUND, "NotFound", "The attachment was not found.")
    }

    /// The payload or the parameters are not allowed.
    pub(crate) fn bad_syntax(message: impl Into<String>) -> Self {
        standard(StatusCode::BAD_REQUEST, "BadSyntax", message)
    }

    /// A member of the payload has no usable value.
    pub(crate) fn bad_argument(message: impl Into<String>) -> Self {
        standard(StatusCode::BAD_REQUEST, "BadArgument", message)
    }

    /// The user id is unknown to this bot (Agents-for-js#664).
    pub(crate) fn member_not_found() -> Self {
        let text = "The member was not found in the conversation.";
        standard(StatusCode::BAD_REQUEST, "MemberNotFoundInConversation", text)
    }

    /// The bot is not installed there.
    pub(crate) fn not_in_roster() -> Self {
        let text = "The bot is not part of the conversation roster.";
        standard(StatusCode::FORBIDDEN, "BotNotInConversationRoster", text)
    }

    /// The bot may not do this to somebody else's message.
    pub(crate) fn not_yours() -> Self {
        let text = "The bot may change its own messages only.";
        standard(StatusCode::FORBIDDEN, "NotEnoughPermissions", text)
    }

    /// The person blocked the bot: the message backend refuses the write.
    pub(crate) fn blocked() -> Self {
        Self::Backend {
            status: StatusCode::FORBIDDEN,
            error_code: 209,
            sub_code: "MessageWritesBlocked",
            details: "Thread is blocked from message writes.",
        }
    }

    /// No such conversation.
    pub(crate) fn no_conversation() -> Self {
        standard(StatusCode::NOT_FOUND, "ConversationNotFound", "Conversation not found.")
    }

    /// No such message, or a deleted one.
    pub(crate) fn no_activity() -> Self {
        let text = "The activity was not found in the conversation.";
        standard(StatusCode::NOT_FOUND, "ActivityNotFoundInConversation", text)
    }

    /// What the connector says with this status when nothing more is known.
    fn of_status(status: StatusCode) -> Self {
        let (code, message) = match status.as_u16() {
            401 => return Self::unauthorized(),
            412 => ("PreconditionFailed", "Another operation on this message is under way."),
            413 => ("MessageSizeTooBig", "Message size too large."),
            429 => ("Throttled", "Too many requests."),
            400 => ("BadArgument", "Bad request."),
            403 => ("NotEnoughPermissions", "Forbidden."),
            404 => ("ConversationNotFound", "Conversation not found."),
            _ => ("ServiceError", "The service failed."),
        };
        standard(status, code, message)
    }

    /// A refusal that a test asked for, with its code if it named one.
    pub(crate) fn on_command(status: StatusCode, code: Option<&str>) -> Self {
        match code {
            None => Self::of_status(status),
            Some("MessageWritesBlocked") => Self::blocked(),
            Some(code) => Self::Standard {
                status,
                code: code.to_owned().into(),
                message: "The request was refused.".to_owned(),
            },
        }
    }

    /// More bytes of UTF-16 than a message may have.
    pub(crate) fn too_big() -> Self {
        Self::of_status(StatusCode::PAYLOAD_TOO_LARGE)
    }

    fn parts(&self) -> (StatusCode, Value) {
        match self {
            Self::Standard { status, code, message } => {
                (*status, json!({"error": {"code": code, "message": message}}))
            }
            Self::Backend { status, error_code, sub_code, details } => {
                let inner = json!({
                    "subCode": sub_code,
                    "details": details,
                    "errorCode": null,
                    "errorSubCode": null,
                });
                (*status, json!({"errorCode": error_code, "message": inner.to_string()}))
            }
            Self::Gateway { status, message } => (*status, json!({"message": message})),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, body) = self.parts();
        (status, Json(body)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_three_shapes() {
        let (status, body) = Refusal::not_in_roster().parts();
        assert_eq!(
            (status, &body["error"]["code"]),
            (StatusCode::FORBIDDEN, &Value::from("BotNotInConversationRoster"),)
        );
        let (status, body) = Refusal::blocked().parts();
        assert_eq!((status, &body["errorCode"]), (StatusCode::FORBIDDEN, &Value::from(209)));
        let inner: Value = serde_json::from_str(body["message"].as_str().unwrap()).unwrap();
        assert_eq!(inner["subCode"], "MessageWritesBlocked");
        let (status, body) = Refusal::unauthorized().parts();
        let text = "Authorization has been denied for this request.";
        assert_eq!((status, body), (StatusCode::UNAUTHORIZED, json!({"message": text})));
    }
}
