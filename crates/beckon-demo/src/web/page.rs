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
            let kind = [(header::CONTENT_TYPE, file.metadata.mimetype().to_owned())];
            (headers, kind, file.data).into_response()
        }
        None if path == "index.html" => {
            (StatusCode::SERVICE_UNAVAILABLE, headers, Html(NO_BUNDLE)).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
