//! The modes without a verifier: nobody's, and development's.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use botframework::activity::Activity;
use botframework::auth::{
    Authenticator, DevelopmentMode, DevelopmentModeError, OutboundCredentials, Rejection,
};
use http::request::Parts;
use http::{HeaderValue, Request, header};

use super::support::{Draft, Lab};

fn development() -> Authenticator {
    let address = "127.0.0.1:3978".parse().unwrap();
    Authenticator::Development(DevelopmentMode::new(address, OutboundCredentials::Absent).unwrap())
}

fn local(mut draft: Draft) -> Draft {
    draft.authorization = |_| vec![];
    draft.activity["serviceUrl"] = "http://localhost:56150/_connector".into();
    draft
}

#[tokio::test]
async fn without_credentials_everybody_is_unauthorized() {
    let lab = Lab::new().await;
    let bot = lab.bot(Authenticator::Unconfigured).await;
    for draft in [lab.valid(), local(lab.valid())] {
        let answer = bot.send(&draft).await;
        assert_eq!((answer.status, answer.body.as_str()), (401, r#"{"error":"unauthorized"}"#));
    }
    assert_eq!(lab.logs.reasons(), ["unconfigured", "unconfigured"]);
    assert_eq!((bot.processed(), lab.keys.requests()), (0, (0, 0)));
}

#[test]
fn development_mode_refuses_other_interfaces_and_real_credentials() {
    for address in ["0.0.0.0:3978", "[::]:3978", "192.0.2.1:3978", "[2001:db8::1]:3978"] {
        let address = address.parse().unwrap();
        let error = DevelopmentMode::new(address, OutboundCredentials::Absent).unwrap_err();
        assert_eq!(error, DevelopmentModeError::NotLoopback(address));
    }
    for address in ["127.0.0.1:3978", "127.8.9.1:0", "[::1]:3978"] {
        let address = address.parse().unwrap();
        assert!(DevelopmentMode::new(address, OutboundCredentials::Absent).is_ok());
        let error = DevelopmentMode::new(address, OutboundCredentials::Present).unwrap_err();
        assert_eq!(error, DevelopmentModeError::Credentials);
    }
}

#[tokio::test]
async fn development_mode_talks_to_loopback_only() {
    let lab = Lab::new().await;
    let bot = lab.bot(development()).await;
    assert_eq!(bot.send(&local(lab.valid())).await.status, 200);
    let mut outside = local(lab.valid());
    for url in [
        "https://smba.trafficmanager.net/amer/",
        "http://192.0.2.1/",
        "http://a.localhost.example/",
    ] {
        outside.activity["serviceUrl"] = url.into();
        assert_eq!(bot.send(&outside).await.status, 401, "{url}");
    }
    assert_eq!(lab.logs.reasons(), ["service_host_not_allowed"; 3]);
    assert_eq!(bot.processed(), 1);
}

/// A web page reaches loopback ports through its reader's browser, under its
/// own origin or under a name that it lets resolve to this machine.
#[tokio::test]
async fn development_mode_refuses_what_a_web_page_can_cause() {
    let lab = Lab::new().await;
    let bot = lab.bot(development()).await;
    let draft = local(lab.valid());
    for (name, value) in [
        (header::ORIGIN, "https://evil.example"),
        (header::ORIGIN, "null"),
        (header::ORIGIN, "http://127.0.0.1.evil.example"),
        (header::HOST, "evil.example:3978"),
        (header::HOST, "localhost.evil.example"),
        (header::HOST, "127.0.0.1@evil.example"),
    ] {
        let mut headers = draft.headers();
        headers.insert(name.clone(), HeaderValue::from_static(value));
        assert_eq!(bot.send_with(headers, draft.body()).await.status, 401, "{name}: {value}");
        assert_eq!(lab.logs.reasons(), ["not_loopback"], "{name}: {value}");
    }
    let mut headers = draft.headers();
    headers.insert(header::ORIGIN, HeaderValue::from_static("http://localhost:3000"));
    assert_eq!(bot.send_with(headers, draft.body()).await.status, 200);
    assert_eq!(bot.processed(), 1);
}

fn head(uri: &str, host: Option<&str>, peer: Option<&str>) -> Parts {
    let mut request = Request::post(uri);
    if let Some(host) = host {
        request = request.header(header::HOST, host);
    }
    if let Some(peer) = peer {
        request = request.extension(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
    }
    request.body(()).unwrap().into_parts().0
}

/// Whoever serves on all interfaces after all serves nobody else's machine.
#[tokio::test]
async fn development_mode_refuses_peers_from_elsewhere() {
    let lab = Lab::new().await;
    let guard = development();
    for (peer, welcome) in [
        ("127.0.0.1:50000", true),
        ("[::1]:50000", true),
        ("[::ffff:127.0.0.1]:50000", true),
        ("192.0.2.1:50000", false),
        ("[2001:db8::1]:50000", false),
        ("[::ffff:192.0.2.1]:50000", false),
    ] {
        let parts = head("/api/messages", Some("localhost:3978"), Some(peer));
        let outcome = guard.authenticate_request(&parts).await.map(|_| ());
        assert_eq!(outcome, if welcome { Ok(()) } else { Err(Rejection::NotLoopback) }, "{peer}");
    }
    assert_eq!(lab.logs.reasons(), ["not_loopback"; 3]);
}

/// A server that does not say who calls may be reached by anybody: the `Host` header is the
/// caller's to write.
#[tokio::test]
async fn development_mode_refuses_peers_it_cannot_see() {
    let lab = Lab::new().await;
    let parts = head("/api/messages", Some("localhost:3978"), None);
    let outcome = development().authenticate_request(&parts).await;
    assert!(outcome.is_err(), "{outcome:?}");
    let outcome = development().authenticate(&parts.headers).await;
    assert!(outcome.is_err(), "{outcome:?}");
    assert_eq!(lab.logs.reasons(), ["peer_unknown"; 2]);
}

/// HTTP/2 names the host in the URI, and only there.
#[tokio::test]
async fn development_mode_reads_the_host_of_http2() {
    let _lab = Lab::new().await;
    for (uri, host, welcome) in [
        ("http://localhost:3978/api/messages", None, true),
        ("http://evil.example/api/messages", None, false),
        ("http://evil.example/api/messages", Some("localhost"), false),
        ("http://localhost/api/messages", Some("evil.example"), false),
        ("/api/messages", None, false),
    ] {
        let parts = head(uri, host, Some("127.0.0.1:50000"));
        let outcome = development().authenticate_request(&parts).await;
        assert_eq!(outcome.is_ok(), welcome, "{uri} {host:?}");
    }
}

/// A token of one guard is worth nothing to another.
#[tokio::test]
async fn proofs_do_not_cross_guards() {
    let lab = Lab::new().await;
    let verifier = lab.verifier(lab.config());
    let draft = local(lab.valid());
    let activity = Activity::parse(&draft.body()).unwrap();
    let local = head("/api/messages", Some("127.0.0.1:3978"), Some("127.0.0.1:50000"));
    let dev_token = development().authenticate_request(&local).await.unwrap();
    assert_eq!(verifier.authorize(&dev_token, &activity), Err(Rejection::FamilyNotEnabled));
    let channel_token = verifier.authenticate(&lab.valid().headers()).await.unwrap();
    let refused = development().authorize(&channel_token, &activity);
    assert_eq!(refused, Err(Rejection::FamilyNotEnabled));
    let unconfigured = Authenticator::Unconfigured.authorize(&channel_token, &activity);
    assert_eq!(unconfigured, Err(Rejection::Unconfigured));
}
