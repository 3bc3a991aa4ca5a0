//! The `Authorization` header.

use http::HeaderMap;
use http::header::AUTHORIZATION;

use super::Rejection;

/// Longest accepted token, in bytes. Real ones stay below 2 KiB.
const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// The bearer token of a request that has exactly one `Authorization` header.
///
/// The scheme is compared without regard to case (RFC 9110, 11.1) and must be
/// followed by one space and one token of the characters that RFC 6750 allows.
/// Several headers are refused and not joined: proxies disagree about which one
/// counts.
pub fn bearer_token(headers: &HeaderMap) -> Result<&str, Rejection> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next().ok_or(Rejection::AuthorizationMissing)?;
    if values.next().is_some() {
        return Err(Rejection::AuthorizationRepeated);
    }
    let text = value.to_str().map_err(|_| Rejection::AuthorizationMalformed)?;
    let (scheme, token) = text.split_once(' ').ok_or(Rejection::AuthorizationMalformed)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Rejection::AuthorizationMalformed);
    }
    if token.len() > MAX_TOKEN_BYTES {
        return Err(Rejection::TokenTooLarge);
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    if token.is_empty() || !token.bytes().all(allowed) {
        return Err(Rejection::AuthorizationMalformed);
    }
    Ok(token)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn read(values: &[&str]) -> Result<String, Rejection> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_str(value).unwrap());
        }
        bearer_token(&headers).map(str::to_owned)
    }

    #[test]
    fn the_scheme_is_case_insensitive() {
        for scheme in ["Bearer", "bearer", "BEARER"] {
            assert_eq!(read(&[&format!("{scheme} a.b.c")]), Ok("a.b.c".to_owned()));
        }
    }

    #[test]
    fn anything_but_one_scheme_and_one_token_is_refused() {
        for value in [
            "",
            "Bearer",
            "Bearer ",
            "Bearer  a.b.c",
            "Bearer a.b.c d",
            "Bearer a.b.c ",
            "a.b.c",
            "Basic a.b.c",
            "Bearer\ta.b.c",
            "Bearer a.b.c,Bearer d",
            "Bearer \"a.b.c\"",
            "Bearer: a.b.c",
        ] {
            assert_eq!(read(&[value]), Err(Rejection::AuthorizationMalformed), "{value:?}");
        }
        assert_eq!(read(&[]), Err(Rejection::AuthorizationMissing));
        assert_eq!(read(&["Bearer a", "Bearer a"]), Err(Rejection::AuthorizationRepeated));
    }

    #[test]
    fn the_size_cap_is_exact() {
        let fits = "x".repeat(MAX_TOKEN_BYTES);
        assert_eq!(read(&[&format!("Bearer {fits}")]), Ok(fits.clone()));
        assert_eq!(read(&[&format!("Bearer {fits}x")]), Err(Rejection::TokenTooLarge));
    }
}
