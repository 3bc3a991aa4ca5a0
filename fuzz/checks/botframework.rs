//! What must hold for any input to the Bot Framework crate.
//!
//! One file for two callers: the fuzz targets, which look for inputs, and the
//! crate's integration tests, which replay the committed corpus on every run.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, OnceLock};
use std::time::UNIX_EPOCH;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use botframework::activity::{Activity, ConversationReference};
use botframework::auth::{Rejection, TenantPolicy, Verifier, VerifierConfig};
use botframework::clock::ManualClock;
use botframework::cloud::Cloud;
use botframework::http::ClientOptions;
use botframework::service_url::{AllowedHosts, ServiceUrl};
use http::{HeaderMap, HeaderValue, header};
use serde_json::{Value, json};

/// The activity parser: what it reads, it can write and read again unchanged,
/// and every view of it works.
pub(crate) fn activity(body: &[u8]) {
    let Ok(activity) = Activity::parse(body) else { return };
    let written = serde_json::to_vec(&activity).expect("an activity can be written");
    let again = Activity::parse(&written).expect("what was written can be read");
    assert_eq!(again, activity);
    let _ = activity.text_without_mentions();
    if let Some(Ok(action)) = activity.card_action() {
        let _ = (action.is_supported(), action.is_refresh());
    }
    for attachment in activity.own_attachments() {
        let Some(hosted) = attachment.hosted() else { continue };
        let url = attachment.content_url.as_deref().unwrap_or_default();
        assert!(url.starts_with(hosted.service_url.raw()), "{url:?}");
        assert!(!hosted.attachment_id.is_empty() && !hosted.view_id.is_empty());
    }
    let reference = activity.conversation_reference();
    let stored = serde_json::to_string(&reference).expect("a reference can be written");
    let restored: ConversationReference =
        serde_json::from_str(&stored).expect("a stored reference can be read");
    assert_eq!(restored, reference);
}

/// The `Authorization` header and the token in it: nothing is accepted that
/// the channel has not signed for this bot.
pub(crate) fn authorization(input: &[u8]) {
    let _ = verdict(input);
}

/// Why the input was refused; `None` if it was accepted.
///
/// An input with a line feed, which no header can contain, is the JOSE header
/// and the claims of a token in plain JSON, and is signed with the channel's
/// key, so that the search reaches beyond the base64 and the signature. Any
/// other input is the header as it stands.
pub(crate) fn verdict(input: &[u8]) -> Option<&'static str> {
    let channel = channel();
    let signed = input.iter().position(|byte| *byte == b'\n');
    let value = match signed {
        None => input.to_vec(),
        Some(end) => channel.sign(&input[..end], &input[end + 1..]).into_bytes(),
    };
    let value = HeaderValue::from_bytes(&value).ok()?;
    let mut headers = HeaderMap::new();
    headers.insert(header::AUTHORIZATION, value);
    let outcome = channel.runtime.block_on(channel.verifier.authenticate(&headers));
    let Err(rejection) = outcome else {
        let end = signed.expect("nothing unsigned is accepted");
        let jose: Value = serde_json::from_slice(&input[..end]).expect("a JOSE header");
        let claims: Value = serde_json::from_slice(&input[end + 1..]).expect("claims");
        assert_eq!((&jose["alg"], &jose["kid"]), (&json!("RS256"), &json!(KEY_ID)));
        assert_eq!(claims["iss"], "https://api.botframework.com");
        let audience = claims["aud"].as_str().expect("one audience").to_ascii_lowercase();
        let own = [APP_ID.to_owned(), format!("api://{APP_ID}"), format!("api://botid-{APP_ID}")];
        assert!(own.contains(&audience), "{audience}");
        return None;
    };
    assert_eq!(rejection.status(), 401);
    assert_ne!(rejection, Rejection::KeysUnavailable);
    Some(rejection.reason())
}

/// The bot's application id, and the audience of the corpus.
const APP_ID: &str = "3f1b9c7e-8a52-4d0e-9f63-5b7d2c1a4e80";
/// The id of the channel's key in the corpus.
const KEY_ID: &str = "k";

/// A channel service with one key, and a verifier that knows it.
struct Channel {
    key: KeyPair,
    runtime: tokio::runtime::Runtime,
    verifier: Verifier,
}

impl Channel {
    fn sign(&self, jose: &[u8], claims: &[u8]) -> String {
        let encode = |part| URL_SAFE_NO_PAD.encode(part);
        let signed = format!("{}.{}", encode(jose), encode(claims));
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
            .expect("a signature");
        format!("Bearer {signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// The channel that every input is judged by. Its clock stands, so that an
/// unknown key is looked for once and no key grows old.
fn channel() -> &'static Channel {
    static CHANNEL: OnceLock<Channel> = OnceLock::new();
    CHANNEL.get_or_init(|| {
        let key = KeyPair::generate(KeySize::Rsa2048).expect("a key");
        let mut config = VerifierConfig::new(APP_ID, Cloud::Public);
        config.tenants = TenantPolicy::Any;
        config.openid_metadata_url = serve_keys(&key).parse().ok();
        let http = botframework::http::client(&ClientOptions::default()).expect("a client");
        let clock = Arc::new(ManualClock::new(UNIX_EPOCH));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime");
        let verifier = Verifier::new(config, clock, http).expect("a verifier");
        runtime.block_on(verifier.warm()).expect("the channel's key");
        Channel { key, runtime, verifier }
    })
}

/// Serves the public key on the loopback interface, in one document that is
/// both metadata and key set. Returns its address.
fn serve_keys(key: &KeyPair) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/doc", listener.local_addr().expect("an address"));
    let public = key.public_key();
    let jwk = json!({
        "kty": "RSA",
        "use": "sig",
        "kid": KEY_ID,
        "n": URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
        "e": URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero()),
        "endorsements": ["msteams"],
    });
    let document = json!({ "jwks_uri": url, "keys": [jwk] }).to_string();
    let length = document.len();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n");
    let response = format!("{head}\r\n{document}");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            // A broken connection is the client's to report.
            let _ = stream.and_then(|stream| answer(stream, &response));
        }
    });
    url
}

/// Reads a request without body and answers it.
fn answer(mut stream: TcpStream, response: &str) -> io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    stream.write_all(response.as_bytes())
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
