//! What a channel token claims, and which claims are acceptable.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Deserialize;
use serde_json::Value;

use super::{Rejection, VerifierConfig, jws};
use crate::service_url::ServiceUrl;

/// How far our clock and the channel's may be apart; every SDK uses 300 s.
const CLOCK_SKEW: Duration = Duration::from_mins(5);

/// The claims that are looked at. A repeated claim makes the token malformed.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Claims {
    iss: Option<String>,
    aud: Option<Value>,
    exp: Option<f64>,
    nbf: Option<f64>,
    serviceurl: Option<String>,
    // Marks of other token families.
    ver: Option<Value>,
    appid: Option<Value>,
    azp: Option<Value>,
    scp: Option<Value>,
}

impl Claims {
    pub(super) fn parse(payload: &[u8]) -> Result<Self, Rejection> {
        jws::object(payload)
    }

    /// Whether the token claims to come from the channel service, and is of no
    /// other family. Called before any key is looked for: the issuer decides
    /// whose keys count, and only one issuer's do.
    pub(super) fn check_family(&self, config: &VerifierConfig) -> Result<(), Rejection> {
        let issuer = self.iss.as_deref().ok_or(Rejection::IssuerNotAllowed)?;
        if issuer != config.cloud.constants().channel_issuer {
            return Err(if is_entra_issuer(issuer) {
                Rejection::FamilyNotEnabled
            } else {
                Rejection::IssuerNotAllowed
            });
        }
        // A skill's or emulator's token names its version and its caller, a
        // user's its scopes. Channel tokens may carry `appid` and `tid` alone.
        let names_caller = self.ver.is_some() && (self.appid.is_some() || self.azp.is_some());
        if names_caller || self.scp.is_some() {
            return Err(Rejection::FamilyNotEnabled);
        }
        Ok(())
    }

    /// Whether the token is for this bot, valid at `now`, and bound to a
    /// service URL.
    pub(super) fn check(&self, config: &VerifierConfig, now: SystemTime) -> Result<(), Rejection> {
        self.check_family(config)?;
        self.check_lifetime(now)?;
        let audience = self.aud.as_ref().and_then(Value::as_str);
        if !audience.is_some_and(|audience| is_audience_of(&config.app_id, audience)) {
            return Err(Rejection::AudienceNotAllowed);
        }
        self.service_url().map(|_| ())
    }

    fn check_lifetime(&self, now: SystemTime) -> Result<(), Rejection> {
        let expiry = self.exp.ok_or(Rejection::ExpiryMissing)?;
        let not_before = self.nbf.ok_or(Rejection::NotBeforeMissing)?;
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        // RFC 7519, 4.1.4: not accepted on or after the expiry.
        if now >= expiry + CLOCK_SKEW.as_secs_f64() {
            return Err(Rejection::Expired);
        }
        if now + CLOCK_SKEW.as_secs_f64() < not_before {
            return Err(Rejection::NotYetValid);
        }
        Ok(())
    }

    /// The service URL the token is bound to.
    pub(super) fn service_url(&self) -> Result<ServiceUrl, Rejection> {
        let claim = self.serviceurl.as_deref().filter(|claim| !claim.is_empty());
        let claim = claim.ok_or(Rejection::ServiceUrlMissing)?;
        ServiceUrl::parse(claim).map_err(|_| Rejection::ServiceUrlMalformed)
    }

    /// When the token expires, skew left aside.
    pub(super) fn expires_at(&self) -> SystemTime {
        let seconds = self.exp.unwrap_or_default().clamp(0.0, 1e11);
        UNIX_EPOCH + Duration::from_secs_f64(seconds)
    }
}

/// The audiences under which a bot is known. Never the connector's own
/// audience: every bot's outbound token carries that one, and accepting it
/// would let the owner of any bot call this one.
fn is_audience_of(app_id: &str, audience: &str) -> bool {
    let bare = audience
        .strip_prefix("api://")
        .map_or(audience, |rest| rest.strip_prefix("botid-").unwrap_or(rest));
    bare.eq_ignore_ascii_case(app_id)
}

/// Issuers of emulator, skill and user tokens.
fn is_entra_issuer(issuer: &str) -> bool {
    [
        "https://sts.windows.net/",
        "https://login.microsoftonline.com/",
        "https://login.microsoftonline.us/",
        "https://login.partner.microsoftonline.cn/",
        "https://sts.chinacloudapi.cn/",
    ]
    .iter()
    .any(|prefix| issuer.starts_with(prefix))
}
