//! The page itself, embedded from `web/dist-demo`.

use axum::http::{StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../web/dist-demo"]
#[allow_missing = true]
struct Bundle;

/// Foreign text stands on this page, so nothing runs but what the bundle brought. Cards may show
/// pictures that they carry themselves.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

const NO_BUNDLE: &str = "<!doctype html><title>Beckon demo</title>\
    <p>The page has not been built yet: run <code>make web</code>, then start the demo again.</p>";

/// The media type of what a bundle consists of.
fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

/// `GET /…`: a file of the bundle.
pub(super) async fn serve(uri: Uri) -> Response {
    let path = match uri.path().trim_start_matches('/') {
        "" => "index.html",
        path => path,
    };
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    match Bundle::get(path) {
        Some(file) => {
            (headers, [(header::CONTENT_TYPE, media_type(path))], file.data).into_response()
        }
        None if path == "index.html" => {
            (StatusCode::SERVICE_UNAVAILABLE, headers, Html(NO_BUNDLE)).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
