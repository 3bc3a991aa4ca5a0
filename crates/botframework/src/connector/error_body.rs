//! The shapes in which the connector reports errors.

use serde_json::Value;

use crate::text::clean;

const MAX_CODE: usize = 64;
const MAX_MESSAGE: usize = 400;

/// What an error body says, cleaned and cut.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ErrorBody {
    /// The most specific code.
    pub(super) code: Option<String>,
    pub(super) message: Option<String>,
}

/// Reads any error body. Three JSON shapes are known:
///
/// 1. `{"error":{"code","message","innerHttpError"}}`, the standard one;
/// 2. `{"errorCode":209,"message":"{…}"}` of the message store behind Teams, where the message
///    is JSON in a string and its `subCode` is the telling part;
/// 3. `{"message":"…"}` of the gateway in front.
///
/// Anything else, such as a proxy's HTML, is kept as text.
pub(super) fn read(body: &[u8]) -> ErrorBody {
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        let text = String::from_utf8_lossy(&body[..body.len().min(2 * MAX_MESSAGE)]);
        return ErrorBody { code: None, message: message(Some(&text)) };
    };
    if let Some(error) = value.get("error").filter(|error| error.is_object()) {
        let inner = error.pointer("/innerHttpError/body");
        let inner = inner.map(|body| from_store(body, None)).unwrap_or_default();
        return ErrorBody {
            // The inner code says why in detail, unless it is a mere number.
            code: inner.code.filter(|code| !is_number(code)).or_else(|| code(error.get("code"))),
            message: message(error.get("message").and_then(Value::as_str)).or(inner.message),
        };
    }
    from_store(&value, code(value.get("errorCode")))
}

/// Shapes 2 and 3.
fn from_store(value: &Value, fallback_code: Option<String>) -> ErrorBody {
    let text = value.get("message").and_then(Value::as_str);
    let nested = text.and_then(|text| serde_json::from_str::<Value>(text).ok());
    let Some(nested) = nested.filter(Value::is_object) else {
        return ErrorBody { code: fallback_code, message: message(text) };
    };
    ErrorBody {
        code: code(nested.get("subCode"))
            .or_else(|| code(nested.get("errorCode")))
            .or(fallback_code),
        message: message(nested.get("details").and_then(Value::as_str)).or_else(|| message(text)),
    }
}

fn code(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) if !text.is_empty() => Some(clean(text, MAX_CODE)),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn is_number(code: &str) -> bool {
    code.bytes().all(|byte| byte.is_ascii_digit())
}

fn message(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(|text| clean(text, MAX_MESSAGE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(body: &str) -> (Option<String>, Option<String>) {
        let body = read(body.as_bytes());
        (body.code, body.message)
    }

    fn pair(code: &str, message: &str) -> (Option<String>, Option<String>) {
        (Some(code.to_owned()), Some(message.to_owned()))
    }

    #[test]
    fn the_standard_shape() {
        assert_eq!(
            parsed(
                r#"{"error":{"code":"BotNotInConversationRoster","message":"The bot is not part of the conversation roster."}}"#
            ),
            pair("BotNotInConversationRoster", "The bot is not part of the conversation roster.")
        );
        assert_eq!(
            parsed(
                r#"{"error":{"message":"m","innerHttpError":{"statusCode":403,"body":{"message":"{\"subCode\":\"MessageWritesBlocked\"}"}}}}"#
            ),
            pair("MessageWritesBlocked", "m")
        );
        let wrapped = |inner: &str| {
            format!(
                r#"{{"error":{{"code":"Forbidden","message":"m","innerHttpError":{{"body":{{"message":"{{{inner}}}"}}}}}}}}"#
            )
        };
        let inner = r#"\"subCode\":\"MessageWritesBlocked\""#;
        assert_eq!(parsed(&wrapped(inner)), pair("MessageWritesBlocked", "m"));
        assert_eq!(parsed(&wrapped(r#"\"errorCode\":209"#)), pair("Forbidden", "m"));
    }

    #[test]
    fn the_message_store_hides_its_code_in_a_string() {
        assert_eq!(
            parsed(
                r#"{"errorCode":209,"message":"{\r\n  \"subCode\": \"MessageWritesBlocked\",\r\n  \"details\": \"Thread is blocked\",\r\n  \"errorCode\": null,\r\n  \"errorSubCode\": 1\r\n}"}"#
            ),
            pair("MessageWritesBlocked", "Thread is blocked")
        );
        assert_eq!(parsed(r#"{"errorCode":209,"message":"plain"}"#), pair("209", "plain"));
    }

    #[test]
    fn the_gateway_says_a_message_only() {
        let text = "Authorization has been denied for this request.";
        let body = format!("{{\"message\":\"{text}\"}}");
        assert_eq!(parsed(&body), (None, Some(text.to_owned())));
    }

    #[test]
    fn anything_else_is_text_or_nothing() {
        assert_eq!(parsed("<html>\n502</html>"), (None, Some("<html> 502</html>".to_owned())));
        for nothing in ["", "[]", "null", "7", "{}", r#"{"error":"x"}"#, r#"{"error":{"code":{}}}"#]
        {
            assert_eq!(parsed(nothing), (None, None), "{nothing}");
        }
        assert!(read(&[0xff, 0xfe, 0x00]).message.is_some());
    }

    #[test]
    fn long_and_forged_text_is_cut_and_cleaned() {
        let body = format!(r#"{{"error":{{"code":"{}","message":"a\nb"}}}}"#, "x".repeat(1000));
        let (code, message) = parsed(&body);
        assert_eq!(code.unwrap().chars().count(), MAX_CODE + 1);
        assert_eq!(message.as_deref(), Some("a b"));
    }
}
