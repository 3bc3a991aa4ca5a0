//! Why a request was turned away.

use http::StatusCode;

use crate::activity::ParseError;

/// Why a request was turned away, as one fixed name per reason.
///
/// The reason is for logs and metrics. The caller gets [`status`](Self::status)
/// and [`body`](Self::body) only, which tell an attacker nothing about how far
/// a forged token came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// There is no `Authorization` header.
    #[error("no authorization header")]
    AuthorizationMissing,
    /// There are several `Authorization` headers.
    #[error("several authorization headers")]
    AuthorizationRepeated,
    /// The header is not `Bearer` and one token.
    #[error("the authorization header is not a bearer token")]
    AuthorizationMalformed,
    /// The token exceeds the size cap.
    #[error("the token is too large")]
    TokenTooLarge,
    /// The token is not a compact JWS with a readable header and claims.
    #[error("the token is malformed")]
    TokenMalformed,
    /// The token's algorithm is not RS256.
    #[error("the token's algorithm is not allowed")]
    AlgorithmNotAllowed,
    /// The token has critical header parameters; none are understood.
    #[error("the token has critical header parameters")]
    CriticalHeader,
    /// The token names no key.
    #[error("the token names no key")]
    KeyIdMissing,
    /// The issuer is not the channel service of the configured cloud.
    #[error("the issuer is not allowed")]
    IssuerNotAllowed,
    /// The token is of another family: emulator, skill or user.
    #[error("the token family is not enabled")]
    FamilyNotEnabled,
    /// No published key has the token's key id.
    #[error("the signing key is unknown")]
    KeyUnknown,
    /// The published keys have not been loaded yet.
    #[error("the signing keys are unavailable")]
    KeysUnavailable,
    /// The signature does not fit.
    #[error("the signature is wrong")]
    SignatureWrong,
    /// The token does not say when it expires.
    #[error("the token has no expiry")]
    ExpiryMissing,
    /// The token has expired.
    #[error("the token has expired")]
    Expired,
    /// The token does not say from when it is valid.
    #[error("the token has no start of validity")]
    NotBeforeMissing,
    /// The token is not valid yet.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// The token is not for this bot.
    #[error("the audience is not this bot")]
    AudienceNotAllowed,
    /// The token has no `serviceurl` claim.
    #[error("the token has no service URL")]
    ServiceUrlMissing,
    /// The `serviceurl` claim is not a usable service URL.
    #[error("the token's service URL is malformed")]
    ServiceUrlMalformed,
    /// The activity's service URL is not the token's.
    #[error("the service URL is not the token's")]
    ServiceUrlMismatch,
    /// The service host is not on the allow-list.
    #[error("the service host is not allowed")]
    ServiceHostNotAllowed,
    /// The signing key is not endorsed for the activity's channel.
    #[error("the signing key is not endorsed for the channel")]
    EndorsementMissing,
    /// The channel is not enabled.
    #[error("the channel is not allowed")]
    ChannelNotAllowed,
    /// The tenant is unknown or not enabled.
    #[error("the tenant is not allowed")]
    TenantNotAllowed,
    /// The bot has no credentials, so nobody may call it.
    #[error("the bot is not configured")]
    Unconfigured,
    /// A development-mode request did not come through the loopback interface.
    #[error("development mode serves the loopback interface only")]
    NotLoopback,
    /// A development-mode request came through a server that does not tell the
    /// peer's address.
    #[error("development mode has to be told who calls: serve with connect info")]
    PeerUnknown,
    /// The body is not an activity.
    #[error("the body is not an activity")]
    Body(#[from] ParseError),
}

impl Rejection {
    /// 401 when the caller is not the channel, 403 when it is but may not do
    /// this, 400 when the body is unusable.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::ChannelNotAllowed | Self::TenantNotAllowed => StatusCode::FORBIDDEN,
            Self::Body(_) => StatusCode::BAD_REQUEST,
            _ => StatusCode::UNAUTHORIZED,
        }
    }

    /// The fixed JSON body that goes with the status.
    pub fn body(&self) -> &'static str {
        match self.status() {
            StatusCode::FORBIDDEN => r#"{"error":"forbidden"}"#,
            StatusCode::BAD_REQUEST => r#"{"error":"bad request"}"#,
            _ => r#"{"error":"unauthorized"}"#,
        }
    }

    /// The reason's name in logs and metrics.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::AuthorizationMissing => "authorization_missing",
            Self::AuthorizationRepeated => "authorization_repeated",
            Self::AuthorizationMalformed => "authorization_malformed",
            Self::TokenTooLarge => "token_too_large",
            Self::TokenMalformed => "token_malformed",
            Self::AlgorithmNotAllowed => "algorithm_not_allowed",
            Self::CriticalHeader => "critical_header",
            Self::KeyIdMissing => "key_id_missing",
            Self::IssuerNotAllowed => "issuer_not_allowed",
            Self::FamilyNotEnabled => "family_not_enabled",
            Self::KeyUnknown => "key_unknown",
            Self::KeysUnavailable => "keys_unavailable",
            Self::SignatureWrong => "signature_wrong",
            Self::ExpiryMissing => "expiry_missing",
            Self::Expired => "expired",
            Self::NotBeforeMissing => "not_before_missing",
            Self::NotYetValid => "not_yet_valid",
            Self::AudienceNotAllowed => "audience_not_allowed",
            Self::ServiceUrlMissing => "service_url_missing",
            Self::ServiceUrlMalformed => "service_url_malformed",
            Self::ServiceUrlMismatch => "service_url_mismatch",
            Self::ServiceHostNotAllowed => "service_host_not_allowed",
            Self::EndorsementMissing => "endorsement_missing",
            Self::ChannelNotAllowed => "channel_not_allowed",
            Self::TenantNotAllowed => "tenant_not_allowed",
            Self::Unconfigured => "unconfigured",
            Self::NotLoopback => "not_loopback",
            Self::PeerUnknown => "peer_unknown",
            Self::Body(error) => error.reason(),
        }
    }
}
