//! Rebuilds when the pages change: they are embedded. A release without them would answer 503.

#[expect(clippy::disallowed_methods, reason = "cargo speaks to build scripts by the environment")]
fn main() {
    println!("cargo::rerun-if-changed=web/dist");
    let release = std::env::var_os("PROFILE").is_some_and(|profile| profile == "release");
    let has_pages = std::path::Path::new("web/dist/console/index.html").exists();
    if release && !has_pages {
        println!(
            "cargo::warning=web/dist is missing: run `make web` first, or the console answers 503"
        );
    }
}
