//! Equality and refusal of service URLs.

use proptest::prelude::*;

use super::*;

fn equal(left: &str, right: &str) -> bool {
    ServiceUrl::parse(left).unwrap() == ServiceUrl::parse(right).unwrap()
}

#[test]
fn spelling_that_does_not_change_the_target_is_equal() {
    let plain = "https://smba.trafficmanager.net/amer";
    for same in [
        "https://smba.trafficmanager.net/amer/",
        "HTTPS://SMBA.TrafficManager.NET/amer",
        "https://smba.trafficmanager.net:443/amer/",
    ] {
        assert!(equal(plain, same), "{same}");
    }
    assert!(equal("https://a.example", "https://a.example/"));
    assert!(equal("http://127.0.0.1:80/", "http://127.0.0.1"));
}

#[test]
fn everything_else_is_another_url() {
    let plain = "https://smba.trafficmanager.net/amer";
    for other in [
        "http://smba.trafficmanager.net/amer",
        "https://smba.trafficmanager.net:8443/amer",
        "https://smba.trafficmanager.net/Amer",
        "https://smba.trafficmanager.net/amer//",
        "https://smba.trafficmanager.net//amer",
        "https://smba.trafficmanager.net/emea",
        "https://smba.trafficmanager.net",
        "https://smba.trafficmanager.net./amer",
        "https://smba.trafficmanager.net/%61mer",
    ] {
        assert!(!equal(plain, other), "{other}");
    }
}

#[test]
fn urls_that_two_parsers_could_read_differently_are_refused() {
    for (raw, error) in [
        ("", ServiceUrlError::NotHttp),
        ("smba.trafficmanager.net", ServiceUrlError::NotHttp),
        ("ftp://a.example/", ServiceUrlError::NotHttp),
        ("urn:botframework:websocket", ServiceUrlError::NotHttp),
        ("https://", ServiceUrlError::NotHttp),
        ("https://user@a.example/", ServiceUrlError::ExtraParts),
        ("https://user:pw@a.example/", ServiceUrlError::ExtraParts),
        ("https://@a.example/", ServiceUrlError::ExtraParts),
        ("https://a.example/?q", ServiceUrlError::ExtraParts),
        ("https://a.example/?", ServiceUrlError::ExtraParts),
        ("https://a.example/#f", ServiceUrlError::ExtraParts),
        ("https://a.example/\u{9}x", ServiceUrlError::ExtraParts),
        ("https://a.example\\@b.example/", ServiceUrlError::ExtraParts),
        ("https://a.example\\x", ServiceUrlError::Ambiguous),
        ("https:\\\\a.example/", ServiceUrlError::Ambiguous),
        ("https:/a.example/", ServiceUrlError::Ambiguous),
        ("https:///a.example/", ServiceUrlError::Ambiguous),
        (" https://a.example/", ServiceUrlError::Ambiguous),
        ("https://a.example/ x", ServiceUrlError::Ambiguous),
        ("https://a.example/b/../c", ServiceUrlError::Ambiguous),
        ("https://a.example/%2e%2e/c", ServiceUrlError::Ambiguous),
        ("https://bücher.example/", ServiceUrlError::Ambiguous),
        ("https://a.example:0443/", ServiceUrlError::Ambiguous),
        ("https://a.example:/", ServiceUrlError::Ambiguous),
        ("https://0x7f.1/", ServiceUrlError::Ambiguous),
        ("https://2130706433/", ServiceUrlError::Ambiguous),
        ("https://a%2eexample/", ServiceUrlError::Ambiguous),
    ] {
        assert_eq!(ServiceUrl::parse(raw).unwrap_err(), error, "{raw:?}");
    }
    let long = format!("https://a.example/{}", "x".repeat(MAX_SERVICE_URL_BYTES));
    assert_eq!(ServiceUrl::parse(&long).unwrap_err(), ServiceUrlError::TooLong);
}

#[test]
fn serialisation_keeps_the_received_spelling() {
    let raw = "https://SMBA.trafficmanager.net:443/amer/";
    let url: ServiceUrl = serde_json::from_value(raw.into()).unwrap();
    assert_eq!(url.as_str(), "https://smba.trafficmanager.net/amer");
    assert_eq!(serde_json::to_value(&url).unwrap(), raw);
}

proptest! {
    /// A normalised URL is a fixed point, and equal to what it came from.
    #[test]
    fn normalising_is_idempotent(raw in "(?i)https?://[a-z0-9.:-]{1,20}(/[a-z0-9%._~;=@-]{0,6}){0,3}/?") {
        if let Ok(url) = ServiceUrl::parse(&raw) {
            let again = ServiceUrl::parse(url.as_str()).unwrap();
            // One slash is dropped at a time, so a path with several loses one more.
            if !url.as_str().ends_with('/') {
                prop_assert_eq!(&again, &url);
                prop_assert_eq!(again.as_str(), url.as_str());
            }
        }
    }

    /// Whatever is put in, an accepted URL never names a host that is not
    /// spelled in the text.
    #[test]
    fn an_accepted_host_is_written_in_the_text(raw in "(https?:)?[/\\\\]{0,3}[ -~]{0,30}") {
        if let Ok(url) = ServiceUrl::parse(&raw) {
            prop_assert!(raw.to_ascii_lowercase().contains(url.host()));
            prop_assert!(!url.host().is_empty());
        }
    }
}
