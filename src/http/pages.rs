//! The pages: the TypeScript bundle of `web/`, embedded.

use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::json::Segments;
use super::problem::Problem;

/// `web/dist`, as Vite leaves it. A debug build reads it from disk, a release embeds it.
#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Bundle;

/// Scripts and styles come from here alone, and nobody frames a page.
const SECURITY: [(HeaderName, HeaderValue); 4] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; \
             frame-ancestors 'none'; object-src 'none'",
        ),
    ),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
];

/// `GET /console/`.
pub(super) async fn console() -> Response {
    match Bundle::get("console/index.html") {
        Some(file) => serve("console/index.html", file),
        None => (
            StatusCode::SERVICE_UNAVAILABLE,
            "The pages are not built. Run `make web` and start again.\n",
        )
            .into_response(),
    }
}

/// `GET /console/{file}`; `results` is a page.
pub(super) async fn console_file(Segments(file): Segments<String>) -> Response {
    match &*file {
        "results" => by_name("console/results.html"),
        file => by_name(&format!("console/{file}")),
    }
}

/// `GET /assets/{file}`: what the bundler names by content.
pub(super) async fn asset(Segments(file): Segments<String>) -> Response {
    by_name(&format!("assets/{file}"))
}

fn by_name(name: &str) -> Response {
    match Bundle::get(name) {
        Some(file) => serve(name, file),
        None => Problem::not_found("file").into_response(),
    }
}

fn serve(name: &str, file: EmbeddedFile) -> Response {
    let kind = match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    };
    // The bundler puts a hash of the content into the names under assets/.
    let cache = if name.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let mut response =
        ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, cache)], file.data).into_response();
    response.headers_mut().extend(SECURITY);
    response
}
