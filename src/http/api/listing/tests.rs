use super::*;

fn uri(text: &str) -> Uri {
    text.parse().unwrap()
}

fn read(uri: &Uri, cursor: &str) -> Result<String, Problem> {
    place(uri, cursor, |text| Some(text.to_owned()))
}

#[test]
fn a_cursor_holds_for_its_query_alone() {
    let first = uri("/api/v1/sessions?service=support&limit=10");
    let text = cursor(&first, "o:1");
    assert_eq!(read(&first, &text).unwrap(), "o:1");
    let same = uri(&format!("/api/v1/sessions?limit=50&service=support&cursor={text}&format=csv"));
    assert_eq!(read(&same, &text).unwrap(), "o:1", "pages may differ in size and form");
    assert!(read(&uri("/api/v1/sessions?service=sales"), &text).is_err());
    assert!(read(&uri("/api/v1/sessions?service=support&agent=x"), &text).is_err());
    for cut in 0..text.len() {
        assert_ne!(read(&first, &text[..cut]).ok().as_deref(), Some("o:1"));
    }
    assert!(read(&first, "é!").is_err());
}

#[test]
fn days_are_the_tenants_and_a_span_has_an_end() {
    let zone = TimeZone::get("Europe/Zurich").unwrap();
    let times = Times::parse(&zone, Some("2027-06-01"), Some("2027-06-02T00:00:00Z")).unwrap();
    assert_eq!(times.from.unwrap().to_string(), "2027-05-31T22:00:00Z");
    assert!(times.contain(times.from.unwrap()) && !times.contain(times.to.unwrap()));
    for (from, to) in [
        ("2027-06-02", "2027-06-02"),
        ("2027-06-02", "2027-06-01"),
        ("2026-01-01", "2027-06-01"),
        ("x", "2027-06-01"),
    ] {
        assert!(Times::parse(&zone, Some(from), Some(to)).is_err(), "{from} {to}");
    }
    // Half an instant is no day: what it says of the time would be lost without a word.
    for half in ["2027-06-01T08:00", "2027-06-01T08:00:00", "2027-06-01 08:00", "2027-06-01T08"] {
        assert!(Times::parse(&zone, Some(half), None).is_err(), "{half}");
        assert!(Times::parse(&zone, None, Some(half)).is_err(), "{half}");
    }
    let now = "2027-06-01T00:00:00Z".parse().unwrap();
    let (from, to) = Times::parse(&zone, None, None).unwrap().span(now);
    assert!(from < now && now < to, "what just began is in it");
}

#[test]
fn the_next_page_is_a_link_with_the_same_query() {
    let link = link(&uri("/api/v1/sessions?address=a%26b&cursor=old"), "new").unwrap();
    assert_eq!(link, "</api/v1/sessions?address=a%26b&cursor=new>; rel=\"next\"");
}

#[test]
fn pages_have_a_size() {
    assert_eq!(limit(None).unwrap(), 50);
    assert_eq!(limit(Some(200)).unwrap(), 200);
    assert!(limit(Some(0)).is_err() && limit(Some(201)).is_err());
}
