//! The HTTP seam: no redirects, bounded bodies.

use axum::Router;
use axum::body::Body;
use axum::response::Redirect;
use axum::routing::get;
use botframework::http::{BodyError, ClientOptions, client, read_capped};

/// Starts a server that redirects, declares its lengths, and streams without.
async fn server() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new()
        .route("/away", get(|| async { Redirect::temporary("/declared") }))
        .route("/declared", get(|| async { "x".repeat(1000) }))
        .route(
            "/streamed",
            get(|| async {
                let chunks = (0..10).map(|_| Ok::<_, std::io::Error>("x".repeat(100)));
                Body::from_stream(futures_util::stream::iter(chunks))
            }),
        );
    tokio::spawn(async move { axum::serve(listener, router).await });
    origin
}

#[tokio::test]
async fn redirects_are_answers_and_not_followed() {
    let origin = server().await;
    let http = client(&ClientOptions::default()).unwrap();
    let response = http.get(format!("{origin}/away")).send().await.unwrap();
    assert_eq!(response.status(), 307);
}

#[tokio::test]
async fn bodies_are_capped_whether_or_not_their_length_is_declared() {
    let origin = server().await;
    let http = client(&ClientOptions::default()).unwrap();
    for path in ["declared", "streamed"] {
        let get = || async { http.get(format!("{origin}/{path}")).send().await.unwrap() };
        let whole = read_capped(get().await, 1000).await.unwrap();
        assert_eq!(whole, "x".repeat(1000), "{path}");
        let outcome = read_capped(get().await, 999).await;
        assert!(matches!(outcome, Err(BodyError::TooLarge { cap: 999 })), "{path}: {outcome:?}");
    }
}

#[test]
fn the_password_of_a_proxy_never_prints() {
    for scheme in ["http", "socks5"] {
        let proxy = format!("{scheme}://ada:s3cret@proxy.example:8080/").parse().ok();
        let printed = format!("{:?}", ClientOptions { proxy, ..ClientOptions::default() });
        assert!(printed.contains("proxy.example"), "{printed}");
        assert!(!printed.contains("s3cret") && !printed.contains("ada"), "{printed}");
    }
}
