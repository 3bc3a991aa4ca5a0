//! What Graph says when it refuses.

use beckon_domain::text::one_line;
use serde_json::Value;

/// The longest explanation that is kept, in characters.
const LONGEST: usize = 500;
/// How deep inner errors are followed.
const DEEPEST: usize = 8;

/// An error body, as far as it could be read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ErrorBody {
    /// The innermost code; empty where there is none, which Graph does at times.
    pub(super) code: String,
    pub(super) message: String,
    pub(super) request_id: Option<String>,
}

/// Reads `{"error": {"code", "message", "innerError": {…}}}`. The inner error nests, is written
/// `innerError` or `innererror`, and its code says more than the outer one (Graph's error
/// reference).
pub(super) fn read(body: &[u8]) -> ErrorBody {
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        let text = String::from_utf8_lossy(body);
        return ErrorBody { message: short(&text), ..ErrorBody::default() };
    };
    let mut error = &value["error"];
    let mut read = ErrorBody { message: short(text(error, "message")), ..ErrorBody::default() };
    for _ in 0..DEEPEST {
        let code = text(error, "code");
        if !code.is_empty() {
            read.code = short(code);
        }
        let id = text(error, "request-id");
        if !id.is_empty() {
            read.request_id = Some(short(id));
        }
        let Some(inner) = ["innerError", "innererror"].iter().find_map(|name| error.get(name))
        else {
            break;
        };
        error = inner;
    }
    read
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn short(text: &str) -> String {
    one_line(&text.chars().take(LONGEST).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_code_counts_and_the_outer_message() {
        let body = br#"{"error": {"code": "BadRequest", "message": "Outer\nline", "innerError":
            {"code": "", "request-id": "r-1", "innererror": {"code": "TopicTooLong"}}}}"#;
        let expected = ErrorBody {
            code: "TopicTooLong".to_owned(),
            message: "Outer line".to_owned(),
            request_id: Some("r-1".to_owned()),
        };
        assert_eq!(read(body), expected);
    }

    #[test]
    fn anything_else_is_text() {
        assert_eq!(read(b"").message, "");
        assert_eq!(read(b"<html>Bad Gateway</html>").message, "<html>Bad Gateway</html>");
        assert_eq!(read(br#"{"error": 7}"#), ErrorBody::default());
        assert_eq!(read(&[0xff; 2000]).message.chars().count(), LONGEST);
    }
}
