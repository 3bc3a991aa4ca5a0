//! Teams' size limit, counted as Teams counts.

/// The largest body that is sent, in bytes of UTF-16.
///
/// Teams refuses messages above 100 KB of UTF-16; the difference is room for what it adds
/// before it counts.
pub const MAX_ACTIVITY_UTF16_BYTES: usize = 90_000;

const DATA_IMAGE: &[u8] = b"\"data:image/";
const BASE64: &[u8] = b";base64,";

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
        // An escaped quote opens nothing: it is part of a text about pictures.
        let opens = start.checked_sub(1).is_none_or(|before| rest[before] != b'\\');
        let picture = &rest[start + 1..];
        let end = picture.iter().position(|byte| *byte == b'"').unwrap_or(picture.len());
        let marker = find(&picture[..end.min(64)], BASE64);
        let is_base64 = marker.is_some_and(|at| {
            picture[..at].is_ascii()
                && picture[at + BASE64.len()..end].iter().copied().all(is_base64_digit)
        });
        if opens && is_base64 {
            total += end;
        }
        rest = &picture[end..];
    }
    total
}

fn is_base64_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=".contains(&byte)
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
        for text in [
            "data:image/svg+xml,%3Csvg",
            "data:image/ü;base64,AAAA",
            "no data:image/",
            "\"data:image/png;base64,AAAA",
            "data:image/png;base64,A long story.",
        ] {
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
