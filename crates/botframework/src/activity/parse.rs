//! From bytes to an [`Activity`], naming the field that is wrong.

use serde::Deserialize;
use serde_json::Value;

use super::{Activity, ParseLimits};

/// Why a request body is not an activity.
///
/// Messages name fields and limits, never content: they are safe to log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseError {
    /// Longer than [`ParseLimits::max_bytes`].
    #[error("the body exceeds {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// Nested deeper than [`ParseLimits::max_depth`].
    #[error("the body nests deeper than {limit} levels")]
    TooDeep {
        /// The limit, in levels.
        limit: usize,
    },
    /// Not one JSON object in UTF-8.
    #[error("the body is not a JSON object")]
    NotJson,
    /// A required field is missing, `null` or empty.
    #[error("the activity lacks `{field}`")]
    Missing {
        /// Path of the field, such as `conversation.id`.
        field: &'static str,
    },
    /// A field has the wrong type or form.
    #[error("the activity's `{field}` is malformed")]
    Invalid {
        /// Path of the field; for a member of a list, with its index.
        field: String,
    },
}

impl ParseError {
    /// A fixed name for metrics and logs.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "body_too_large",
            Self::TooDeep { .. } => "body_too_deep",
            Self::NotJson => "body_not_json",
            Self::Missing { .. } => "activity_field_missing",
            Self::Invalid { .. } => "activity_field_invalid",
        }
    }
}

/// The fields without which nothing can be done, and the JSON pointer to each.
const REQUIRED: [(&str, &str); 4] = [
    ("type", "/type"),
    ("channelId", "/channelId"),
    ("conversation.id", "/conversation/id"),
    ("serviceUrl", "/serviceUrl"),
];

pub(super) fn parse(body: &[u8], limits: &ParseLimits) -> Result<Activity, ParseError> {
    if body.len() > limits.max_bytes {
        return Err(ParseError::TooLarge { limit: limits.max_bytes });
    }
    if limits.too_deep(body) {
        return Err(ParseError::TooDeep { limit: limits.max_depth });
    }
    let body = std::str::from_utf8(body).map_err(|_| ParseError::NotJson)?;
    let mut reader = serde_json::Deserializer::from_str(body);
    let activity: Activity = match serde_path_to_error::deserialize(&mut reader) {
        Ok(activity) => activity,
        Err(error) => return Err(diagnose(body, &error.path().to_string())),
    };
    reader.end().map_err(|_| ParseError::NotJson)?;
    for (field, value) in [
        ("type", activity.kind.as_str()),
        ("channelId", &activity.channel_id),
        ("conversation.id", &activity.conversation.id),
    ] {
        if value.is_empty() {
            return Err(ParseError::Missing { field });
        }
    }
    Ok(activity)
}

/// Finds out what is wrong with a body that could not be read; off the fast
/// path, so it may read the body a second time.
fn diagnose(body: &str, path: &str) -> ParseError {
    let mut reader = serde_json::Deserializer::from_str(body);
    let whole = Value::deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    let Ok(document @ Value::Object(_)) = whole else {
        return ParseError::NotJson;
    };
    let missing = REQUIRED.iter().find(|(_, pointer)| match document.pointer(pointer) {
        None | Some(Value::Null) => true,
        Some(value) => value == "",
    });
    match missing {
        // `conversation` being no object is another mistake than it lacking an id.
        Some(("conversation.id", _))
            if document.get("conversation").is_some_and(|it| !it.is_object() && !it.is_null()) =>
        {
            ParseError::Invalid { field: "conversation".to_owned() }
        }
        Some((field, _)) => ParseError::Missing { field },
        None => ParseError::Invalid { field: path.to_owned() },
    }
}

#[cfg(test)]
mod tests;
