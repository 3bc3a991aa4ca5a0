//! `validDomains`.

use serde_json::Value;
use url::Host;

use super::list;
use crate::manifest::details::is_local;
use crate::manifest::{Finding, MANIFEST};

/// Looks at each domain: a host without scheme or path, perhaps with a port, perhaps with `*` for
/// its first label.
pub(super) fn check(manifest: &Value, found: &mut Vec<Finding>) {
    let domains = list(manifest, "/validDomains");
    for (index, domain) in domains.iter().enumerate() {
        let Some(domain) = domain.as_str() else { continue };
        let mut error = |problem: String, mend: &str| {
            found.push(Finding::error(MANIFEST, format!("/validDomains/{index}"), problem, mend));
        };
        match host(domain) {
            Err(problem) => error(
                format!("{domain:?} {problem}"),
                "write the host alone, such as beckon.example.com or *.example.com",
            ),
            Ok(host) if is_local(&host) => error(
                format!("{domain:?} is the reader's own machine"),
                "write the public host: server.public_url gives it to `beckon manifest build`",
            ),
            Ok(_) if domains[..index].iter().any(|before| before == domain) => {
                error(format!("{domain:?} stands twice"), "take one out");
            }
            Ok(_) => {}
        }
    }
}

fn host(domain: &str) -> Result<Host, &'static str> {
    if domain.contains("://") || domain.contains('/') {
        return Err("has a scheme or a path");
    }
    let name = match domain.rsplit_once(':') {
        Some((name, port)) if port.parse::<u16>().is_ok() => name,
        _ => domain,
    };
    let plain = name.strip_prefix("*.").unwrap_or(name);
    if plain.contains('*') {
        return Err("has a wildcard that is not its whole first label");
    }
    // Everything below a top-level domain belongs to strangers.
    if plain != name && !plain.contains('.') {
        return Err("is open to the whole of a top-level domain");
    }
    Host::parse(plain).map_err(|_| "is no host")
}
