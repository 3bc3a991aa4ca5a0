//! Access tokens: what the fake's Entra has issued and for whom they are good.

use std::collections::HashMap;

use serde::Deserialize;

use crate::ids::Ids;

/// The resource a token opens. Connector and Graph tokens are different audiences and never
/// interchangeable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    Connector,
    Graph,
}

impl Audience {
    fn of_scope(scope: &str) -> Option<Self> {
        match scope {
            "https://api.botframework.com/.default" => Some(Self::Connector),
            "https://graph.microsoft.com/.default" => Some(Self::Graph),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Issued {
    audience: Audience,
    expires_ms: i64,
}

/// The tokens issued so far.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    issued: HashMap<String, Issued>,
}

/// The form of a client-credentials request.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TokenRequest {
    grant_type: String,
    client_id: String,
    client_secret: String,
    scope: String,
}

/// A refusal in Entra's terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) error: &'static str,
    pub(crate) code: u32,
    pub(crate) text: &'static str,
}

const fn refusal(status: u16, error: &'static str, code: u32, text: &'static str) -> Refusal {
    Refusal { status, error, code, text }
}

/// Checks a client-credentials request the way Entra does for a single-tenant bot: asked in any
/// tenant but its home it is unknown (botframework-sdk#6382).
pub(crate) fn check(
    request: &TokenRequest,
    tenant: &str,
    home: &str,
    app_id: &str,
    app_secret: &str,
) -> Result<Audience, Refusal> {
    if request.grant_type != "client_credentials" {
        return Err(refusal(
            400,
            "unsupported_grant_type",
            70003,
            "The app requested an unsupported grant type.",
        ));
    }
    if !tenant.eq_ignore_ascii_case(home) || !request.client_id.eq_ignore_ascii_case(app_id) {
        return Err(refusal(
            400,
            "unauthorized_client",
            700_016,
            "The application was not found in the directory.",
        ));
    }
    if request.client_secret != app_secret {
        return Err(refusal(401, "invalid_client", 7_000_215, "Invalid client secret provided."));
    }
    Audience::of_scope(&request.scope).ok_or(refusal(
        400,
        "invalid_scope",
        70011,
        "The provided value for scope is not valid.",
    ))
}

impl Tokens {
    /// Issues an opaque token.
    pub(crate) fn issue(&mut self, ids: &mut Ids, audience: Audience, expires_ms: i64) -> String {
        let token = ids.opaque(96);
        self.issued.insert(token.clone(), Issued { audience, expires_ms });
        token
    }

    /// Whether `token` is good for `audience` at `now_ms`.
    pub(crate) fn allows(&self, token: &str, audience: Audience, now_ms: i64) -> bool {
        self.issued
            .get(token)
            .is_some_and(|issued| issued.audience == audience && now_ms < issued.expires_ms)
    }

    /// Makes every token issued so far worthless.
    pub(crate) fn revoke_all(&mut self) {
        self.issued.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> TokenRequest {
        TokenRequest {
            grant_type: "client_credentials".into(),
            client_id: "app".into(),
            client_secret: "secret".into(),
            scope: "https://api.botframework.com/.default".into(),
        }
    }

    fn verdict(request: &TokenRequest, tenant: &str) -> Result<Audience, u32> {
        check(request, tenant, "home", "app", "secret").map_err(|refusal| refusal.code)
    }

    #[test]
    fn a_single_tenant_bot_is_unknown_in_every_other_tenant() {
        assert_eq!(verdict(&request(), "home"), Ok(Audience::Connector));
        assert_eq!(verdict(&request(), "botframework.com"), Err(700_016));
    }

    #[test]
    fn wrong_secret_scope_and_grant_are_told_apart() {
        let wrong_secret = TokenRequest { client_secret: "no".into(), ..request() };
        assert_eq!(verdict(&wrong_secret, "home"), Err(7_000_215));
        let wrong_scope = TokenRequest { scope: "openid".into(), ..request() };
        assert_eq!(verdict(&wrong_scope, "home"), Err(70011));
        let wrong_grant = TokenRequest { grant_type: "password".into(), ..request() };
        assert_eq!(verdict(&wrong_grant, "home"), Err(70003));
    }

    #[test]
    fn a_token_serves_one_audience_until_it_expires() {
        let mut tokens = Tokens::default();
        let token = tokens.issue(&mut Ids::new(1), Audience::Graph, 1_000);
        assert!(tokens.allows(&token, Audience::Graph, 999));
        assert!(!tokens.allows(&token, Audience::Connector, 999));
        assert!(!tokens.allows(&token, Audience::Graph, 1_000));
        tokens.revoke_all();
        assert!(!tokens.allows(&token, Audience::Graph, 999));
    }
}
