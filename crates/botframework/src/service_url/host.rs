//! What may stand between the slashes of a service URL.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::Url;

use super::ServiceUrlError;

/// Refuses a URL whose text is not what its parser understood.
///
/// `url` repairs much: it reads `\` as `/`, resolves `..`, lower-cases and
/// maps international hosts, and turns `0x7f.1` into `127.0.0.1`. Where the
/// text differs from the result in more than the case of scheme and host, a
/// default port or an empty path, another parser may read another host.
pub(super) fn ensure_verbatim(raw: &str, url: &Url, host: &str) -> Result<(), ServiceUrlError> {
    let written = raw
        .split_once("://")
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case(url.scheme()))
        .map(|(_, rest)| rest)
        .ok_or(ServiceUrlError::Ambiguous)?;
    let path_start = written.find('/').unwrap_or(written.len());
    let (authority, path) = written.split_at(path_start);
    let path_matches = path == url.path() || (path.is_empty() && url.path() == "/");
    let written_host = without_port(authority).ok_or(ServiceUrlError::Ambiguous)?;
    if path_matches && written_host.eq_ignore_ascii_case(host) {
        Ok(())
    } else {
        Err(ServiceUrlError::Ambiguous)
    }
}

/// Splits `host:port`, where the port, if any, is a decimal number without
/// sign or leading zero.
fn without_port(authority: &str) -> Option<&str> {
    let (host, port) = match authority.rsplit_once(':') {
        // A colon inside brackets belongs to an IPv6 address.
        Some((_, rest)) if rest.ends_with(']') => (authority, None),
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    match port {
        None => Some(host),
        Some(port) => parse_port(port).map(|_| host),
    }
}

/// A port as people write it: decimal, 1 to 65535, no sign, no leading zero.
pub(super) fn parse_port(text: &str) -> Option<u16> {
    let plain = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// Whether `host` is `localhost` or a loopback address.
pub(super) fn is_loopback(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    match bare {
        Some(v6) => v6.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback()),
        None => {
            host == "localhost"
                || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        }
    }
}
