//! Teams' size limit, counted as Teams counts.

/// The largest body that is sent, in bytes of UTF-16.
///
/// Teams refuses messages above 100 KB of UTF-16; the difference is room for what it adds
/// before it counts.
pub const MAX_ACTIVITY_UTF16_BYTES: usize = 90_000;

const DATA_IMAGE: &[u8] = b"\"data:image/";

/// The size of a serialised activity in bytes of UTF-16, without inline pictures, which Teams
/// does not count.
pub(super) fn utf16_bytes(json: &[u8]) -> usize {
    // One UTF-16 unit for each code point, one more for those of four UTF-8 bytes.
    let units = json
        .iter()
        .map(|byte| match byte {
            0x80..=0xbf => 0,
            0xf0..=0xff => 2,
            _ => 1,
        })
        .sum::<usize>();
    2 * (units - inline_picture_units(json))
}

/// Length of all strings that are pictures in base64, which is ASCII.
fn inline_picture_units(json: &[u8]) -> usize {
    let mut total = 0;
    let mut rest = json;
    while let Some(start) = find(rest, DATA_IMAGE) {
        let picture = &rest[start + 1..];
        let end = picture.iter().position(|byte| *byte == b'"').unwrap_or(picture.len());
        let is_base64 = find(&picture[..end.min(64)], b";base64,").is_some();
        if is_base64 && picture[..end].is_ascii() {
            total += end;
        }
        rest = &picture[end..];
    }
    total
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_picture_in_base64_does_not_count() {
        let picture = format!("data:image/png;base64,{}", "A".repeat(500_000));
        let with = json!({"type": "Image", "url": picture, "altText": "ü"}).to_string();
        let without = json!({"type": "Image", "url": "", "altText": "ü"}).to_string();
        assert_eq!(utf16_bytes(with.as_bytes()), utf16_bytes(without.as_bytes()));
    }

    #[test]
    fn what_only_looks_like_a_picture_counts() {
        for text in ["data:image/svg+xml,%3Csvg", "data:image/ü;base64,AAAA", "no data:image/"] {
            let json = json!({ "url": text }).to_string();
            assert_eq!(utf16_bytes(json.as_bytes()), 2 * json.encode_utf16().count(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_count_is_that_of_utf16(text in "\\PC*") {
            let json = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(utf16_bytes(json.as_bytes()), 2 * json.encode_utf16().count());
        }
    }
}
