use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn told(from: Option<&str>, to: Option<&str>) -> Option<(String, String)> {
    let times = Times { from: from.map(at), to: to.map(at) };
    let (from, until) = over(&times, at("2026-11-23T12:00:00Z")).ok()?;
    Some((from.to_string(), until.to_string()))
}

#[test]
fn a_span_is_over_and_has_a_beginning_before_its_end() {
    let now = "2026-11-23T12:00:00Z";
    let month = "2026-10-23T12:00:00Z";
    for (from, to, expected) in [
        (None, None, Some((month, now))),
        (None, Some("2100-01-01T00:00:00Z"), Some((month, now))),
        (
            None,
            Some("2026-02-01T00:00:00Z"),
            Some(("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")),
        ),
        (Some("2026-11-23T11:59:59Z"), None, Some(("2026-11-23T11:59:59Z", now))),
        (Some(month), Some("2026-12-01T00:00:00Z"), Some((month, now))),
        // The 366 days after its beginning where there is no end.
        (
            Some("2024-01-01T00:00:00Z"),
            None,
            Some(("2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z")),
        ),
        (Some(now), None, None),
        (Some("2027-01-01T00:00:00Z"), None, None),
        (Some("2027-01-01T00:00:00Z"), Some("2027-01-02T00:00:00Z"), None),
    ] {
        let expected = expected.map(|(from, to)| (from.to_owned(), to.to_owned()));
        assert_eq!(told(from, to), expected, "{from:?} {to:?}");
    }
}
