//! The order of the channel's timestamps.

use std::cmp::Ordering;

/// Length of `2026-09-01T10:00:00`.
const TO_THE_SECOND: usize = 19;

/// Whether `a` is certainly earlier than `b`. Timestamps are ISO 8601 in UTC
/// with any number of fractional digits; nothing follows from others.
pub(super) fn is_before(a: Option<&str>, b: Option<&str>) -> bool {
    match (a.and_then(parts), b.and_then(parts)) {
        (Some(a), Some(b)) => a.cmp(&b) == Ordering::Less,
        _ => false,
    }
}

/// Seconds and fraction, each of which sorts as text.
fn parts(timestamp: &str) -> Option<(&str, &str)> {
    let utc = timestamp.strip_suffix('Z').or_else(|| timestamp.strip_suffix("+00:00"))?;
    let (seconds, rest) = utc.split_at_checked(TO_THE_SECOND)?;
    let shaped = seconds.bytes().zip(*b"0000-00-00T00:00:00").all(|(byte, shape)| match shape {
        b'0' => byte.is_ascii_digit(),
        punctuation => byte == punctuation,
    });
    let fraction = if rest.is_empty() { "" } else { rest.strip_prefix('.')? };
    let digits = fraction.bytes().all(|byte| byte.is_ascii_digit());
    (shaped && digits).then(|| (seconds, fraction.trim_end_matches('0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn before(a: &str, b: &str) -> bool {
        is_before(Some(a), Some(b))
    }

    #[test]
    fn fractions_of_any_length_compare() {
        let ascending = [
            "2026-08-31T23:59:59.999Z",
            "2026-09-01T10:00:00Z",
            "2026-09-01T10:00:00.0000001Z",
            "2026-09-01T10:00:00.1+00:00",
            "2026-09-01T10:00:00.12Z",
            "2026-09-01T10:00:01.000Z",
        ];
        for pair in ascending.windows(2) {
            assert!(before(pair[0], pair[1]), "{pair:?}");
            assert!(!before(pair[1], pair[0]), "{pair:?}");
        }
        assert!(!before("2026-09-01T10:00:00.1Z", "2026-09-01T10:00:00.100Z"));
        assert!(!before("2026-09-01T10:00:00.100Z", "2026-09-01T10:00:00.1Z"));
    }

    #[test]
    fn nothing_follows_from_other_spellings() {
        let late = "2999-01-01T00:00:00Z";
        for odd in [
            "",
            "Z",
            "yesterday",
            "2026-09-01",
            "2026-09-01T10:00:00",
            "2026-09-01T10:00:00+02:00",
            "2026-09-01T10:00:00,5Z",
            "2026-09-01T10:00:00.5xZ",
            "2026-09-01 10:00:00Z",
            "2026-09-01T10:00:0éZ",
        ] {
            assert!(!before(odd, late), "{odd}");
            assert!(!before("2000-01-01T00:00:00Z", odd), "{odd}");
        }
        assert!(!is_before(None, Some(late)));
        assert!(!is_before(Some("2000-01-01T00:00:00Z"), None));
    }
}
