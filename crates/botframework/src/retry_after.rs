//! The `Retry-After` header.

use std::time::Duration;

use ::http::HeaderMap;
use ::http::header::RETRY_AFTER;

/// How long the peer asks to wait, in whole seconds as Microsoft's services send it.
///
/// A date (the other form the standard allows) is not read: the services never send one, and
/// it would tie the pause to the agreement of two clocks.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(value: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, value.parse().unwrap());
        retry_after(&headers)
    }

    #[test]
    fn whole_seconds_are_read_and_all_else_is_ignored() {
        assert_eq!(parse("17"), Some(Duration::from_secs(17)));
        assert_eq!(parse(" 0 "), Some(Duration::ZERO));
        for odd in ["-1", "1.5", "soon", "", "Wed, 21 Oct 2026 07:28:00 GMT"] {
            assert_eq!(parse(odd), None, "{odd}");
        }
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }
}
