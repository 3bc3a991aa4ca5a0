//! How large Teams takes a message to be: the whole payload as UTF-16, without base64 pictures
//! (Teams docs, `format-your-bot-messages.md`).

use serde_json::Value;

/// Bytes of UTF-16 that `body` counts for.
pub(crate) fn counted_bytes(body: &str) -> usize {
    let pictures = serde_json::from_str(body).map_or(0, |value| picture_units(&value));
    2 * (body.encode_utf16().count().saturating_sub(pictures))
}

/// UTF-16 units of the base64 pictures anywhere in `value`.
fn picture_units(value: &Value) -> usize {
    match value {
        Value::String(text) if text.starts_with("data:image/") => {
            text.split_once(";base64,").map_or(0, |(_, data)| data.encode_utf16().count())
        }
        Value::Array(items) => items.iter().map(picture_units).sum(),
        Value::Object(members) => members.values().map(picture_units).sum(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_counts_two_bytes_and_an_astral_character_four() {
        assert_eq!(counted_bytes("abcd"), 8);
        assert_eq!(counted_bytes("中"), 2);
        assert_eq!(counted_bytes("😀"), 4);
    }

    #[test]
    fn base64_pictures_do_not_count() {
        let with = r#"{"url":"data:image/png;base64,AAAA"}"#;
        let without = r#"{"url":"data:image/png;base64,"}"#;
        assert_eq!(counted_bytes(with), counted_bytes(without));
        let link = r#"{"url":"https://example.com/;base64,AAAA"}"#;
        assert_eq!(counted_bytes(link), 2 * link.len());
    }

    /// Node's own count of the bodies that Microsoft's clients sent (`tests/recorded`).
    #[test]
    fn recorded_bodies_count_what_node_says() {
        let recorded = include_str!("../tests/recorded/connector.json");
        let entries: Vec<Value> = serde_json::from_str(recorded).unwrap();
        let with_body = entries.iter().filter(|entry| !entry["body"].is_null());
        let mut pictures = 0;
        for entry in with_body {
            let body = entry["body"].to_string();
            assert_eq!(counted_bytes(&body) as u64, entry["utf16Bytes"], "{body}");
            pictures += usize::from(body.contains("data:image/"));
        }
        assert_eq!(pictures, 1);
    }
}
