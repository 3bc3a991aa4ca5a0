//! What must hold for any input to the Bot Framework crate.
//!
//! One file for two callers: the fuzz targets, which look for inputs, and the
//! crate's integration tests, which replay the committed corpus on every run.

use std::sync::{Arc, OnceLock};
use std::time::UNIX_EPOCH;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use botframework::activity::{Activity, ConversationReference};
use botframework::auth::{TenantPolicy, Verifier, VerifierConfig};
use botframework::clock::ManualClock;
use botframework::cloud::Cloud;
use botframework::http::ClientOptions;
use botframework::service_url::{AllowedHosts, ServiceUrl};
use http::{HeaderMap, HeaderValue, header};

/// The activity parser: what it reads, it can write and read again unchanged,
/// and every view of it works.
pub(crate) fn activity(body: &[u8]) {
    let Ok(activity) = Activity::parse(body) else { return };
    let written = serde_json::to_vec(&activity).expect("an activity can be written");
    let again = Activity::parse(&written).expect("what was written can be read");
    assert_eq!(again, activity);
    let _ = activity.text_without_mentions();
    let _ = activity.card_action();
    let _ = activity.own_attachments().count();
    let reference = activity.conversation_reference();
    let stored = serde_json::to_string(&reference).expect("a reference can be written");
    let restored: ConversationReference =
        serde_json::from_str(&stored).expect("a stored reference can be read");
    assert_eq!(restored, reference);
}

/// The `Authorization` header and the token in it: nothing is accepted, since
/// nothing here can have been signed.
///
/// An input with a line feed, which no header can contain, is the JOSE header
/// and the claims of a token in plain JSON, so that the search reaches beyond
/// the base64.
pub(crate) fn authorization(input: &[u8]) {
    let value = match input.iter().position(|byte| *byte == b'\n') {
        None => input.to_vec(),
        Some(end) => {
            let (jose, claims) = (&input[..end], &input[end + 1..]);
            let encode = |part| URL_SAFE_NO_PAD.encode(part);
            format!("Bearer {}.{}.AAAA", encode(jose), encode(claims)).into_bytes()
        }
    };
    let Ok(value) = HeaderValue::from_bytes(&value) else { return };
    let mut headers = HeaderMap::new();
    headers.insert(header::AUTHORIZATION, value);
    let (runtime, verifier) = keyless_verifier();
    let rejection = runtime.block_on(verifier.authenticate(&headers)).expect_err("unsigned");
    assert_eq!(rejection.status(), 401);
}

/// A verifier whose key service does not answer; after its first attempt the
/// standing clock keeps it from trying again.
fn keyless_verifier() -> &'static (tokio::runtime::Runtime, Verifier) {
    static VERIFIER: OnceLock<(tokio::runtime::Runtime, Verifier)> = OnceLock::new();
    VERIFIER.get_or_init(|| {
        let mut config = VerifierConfig::new("3f1b9c7e-8a52-4d0e-9f63-5b7d2c1a4e80", Cloud::Public);
        config.tenants = TenantPolicy::Any;
        config.openid_metadata_url = "http://127.0.0.1:1/doc".parse().ok();
        let http = botframework::http::client(&ClientOptions::default()).expect("a client");
        let clock = Arc::new(ManualClock::new(UNIX_EPOCH));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        (runtime.expect("a runtime"), Verifier::new(config, clock, http).expect("a verifier"))
    })
}

/// The service URL normaliser: stable, true to the text, and never talked into
/// an allowed host by a URL that leads elsewhere.
pub(crate) fn service_url(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let Ok(url) = ServiceUrl::parse(text) else { return };
    assert!(text.to_ascii_lowercase().contains(url.host()));
    assert!(!url.as_str().contains(['@', '?', '#', '\\', ' ']));
    if !url.as_str().ends_with('/') {
        let again = ServiceUrl::parse(url.as_str()).expect("a normalised URL is a URL");
        assert_eq!(again.as_str(), url.as_str());
        assert_eq!(again, url);
    }
    if AllowedHosts::for_cloud(Cloud::Public).check(&url).is_ok() {
        let rest = text.get("https://".len()..).expect("https").to_ascii_lowercase();
        let authority = rest.split('/').next().unwrap_or_default();
        let host = authority.strip_suffix(":443").unwrap_or(authority);
        assert!(Cloud::Public.constants().service_hosts.contains(&host), "{text:?}");
    }
}
