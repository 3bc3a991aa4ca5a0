//! What a token endpoint is asked, for each kind of credentials.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use botframework::clock::Clock;
use botframework::token::{
    Certificate, CertificateError, Credentials, Federated, ManagedIdentity, Registration,
    TokenConfig, TokenProvider,
};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::world::signing::{SigningKey, pem};
use crate::world::{APP_ID, Role, TENANT, World, clock, http};

async fn ask(world: &World, config: TokenConfig) -> crate::world::Seen {
    let provider = TokenProvider::new(config, Arc::new(clock()), http()).unwrap();
    let token = provider.token().await.unwrap();
    assert_eq!(token.authorization().unwrap(), "Bearer token-1");
    world.seen(Role::Tokens).remove(0)
}

#[tokio::test]
async fn a_client_secret_is_sent_as_a_form() {
    let world = World::start().await;
    let seen = ask(&world, world.token_config()).await;
    assert_eq!((seen.method.as_str(), seen.target.as_str()), ("POST", "/token"));
    assert_eq!(seen.header("content-type"), Some("application/x-www-form-urlencoded"));
    let form = seen.form();
    assert_eq!(form.len(), 4);
    assert_eq!(form["grant_type"], "client_credentials");
    assert_eq!(form["client_id"], APP_ID);
    assert_eq!(form["client_secret"], "s3cret");
    assert_eq!(form["scope"], "https://api.botframework.com/.default");
}

#[tokio::test]
async fn a_certificate_signs_an_assertion_and_sends_no_secret() {
    let world = World::start().await;
    let key = SigningKey::generate("certificate").unwrap();
    let der = b"stands in for a certificate";
    let certificate =
        Certificate::from_pem(&pem("CERTIFICATE", der), &key.private_pem().unwrap()).unwrap();
    let credentials = Credentials::Certificate(certificate.with_chain());
    let seen = ask(&world, TokenConfig { credentials, ..world.token_config() }).await;
    let form = seen.form();
    assert!(!form.contains_key("client_secret"));
    assert_eq!(
        form["client_assertion_type"],
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    );
    let assertion = &form["client_assertion"];
    let parts: Vec<Value> = assertion
        .split('.')
        .take(2)
        .map(|part| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap())
        .collect();
    assert_eq!(parts[0]["alg"], "PS256");
    assert_eq!(parts[0]["x5t#S256"], URL_SAFE_NO_PAD.encode(Sha256::digest(der)));
    assert_eq!(parts[0]["x5c"].as_array().unwrap().len(), 1);
    assert_eq!(parts[1]["aud"], world.url("/token").as_str());
    assert_eq!((&parts[1]["iss"], &parts[1]["sub"]), (&APP_ID.into(), &APP_ID.into()));
    let now = clock().now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    assert_eq!(parts[1]["nbf"], now);
    assert_eq!(parts[1]["exp"], now + 300);
    assert_eq!(parts[1]["jti"].as_str().unwrap().len(), 32);
    let jwk = serde_json::from_value(key.jwk()).unwrap();
    let public = jsonwebtoken::DecodingKey::from_jwk(&jwk).unwrap();
    let mut rules = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::PS256);
    rules.set_audience(&[world.url("/token")]);
    rules.validate_exp = false;
    jsonwebtoken::decode::<Value>(assertion, &public, &rules).expect("the signature fits");
}

#[test]
fn unusable_certificates_say_which_part_is_wrong() {
    let key = SigningKey::generate("certificate").unwrap().private_pem().unwrap();
    let certificate = pem("CERTIFICATE", b"x");
    let refused =
        |certificate: &str, key: &str| Certificate::from_pem(certificate, key).unwrap_err();
    assert!(matches!(refused("", &key), CertificateError::NoCertificate));
    assert!(matches!(refused(&certificate, "no key"), CertificateError::Key(_)));
    let broken = "-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----";
    assert!(matches!(refused(broken, &key), CertificateError::Encoding(_)));
    let both = format!("{certificate}{key}");
    let read = Certificate::from_pem(&both, &both).unwrap();
    assert!(!format!("{read:?}").contains("BEGIN"));
}

#[tokio::test]
async fn a_virtual_machine_asks_its_metadata_service() {
    let world = World::start().await;
    let endpoint = Some(world.url("/metadata/identity/oauth2/token"));
    let identity = ManagedIdentity::InstanceMetadata { endpoint };
    let credentials = Credentials::ManagedIdentity(identity);
    let seen = ask(&world, TokenConfig { credentials, ..world.token_config() }).await;
    assert_eq!(seen.method, "GET");
    assert_eq!(seen.header("metadata"), Some("true"));
    assert_eq!(
        seen.target,
        format!(
            "/metadata/identity/oauth2/token?api-version=2018-02-01\
             &resource=https%3A%2F%2Fapi.botframework.com&client_id={APP_ID}"
        )
    );
}

#[tokio::test]
async fn an_app_service_asks_its_identity_endpoint() {
    let world = World::start().await;
    let identity = ManagedIdentity::AppService {
        endpoint: world.url("/msi/token"),
        header: "identity-header".to_owned().into(),
    };
    let credentials = Credentials::ManagedIdentity(identity);
    let seen = ask(&world, TokenConfig { credentials, ..world.token_config() }).await;
    assert_eq!(seen.header("x-identity-header"), Some("identity-header"));
    assert!(seen.target.starts_with("/msi/token?api-version=2019-08-01&resource="));
}

#[tokio::test]
async fn a_federated_token_file_is_read_for_each_request() {
    let world = World::start().await;
    let path = std::env::temp_dir().join(format!("federated-{}", world.addr.port()));
    std::fs::write(&path, "first\n").unwrap();
    let credentials = Credentials::Federated(Federated::TokenFile(path.clone()));
    let config = TokenConfig { credentials, ..world.token_config() };
    let provider = TokenProvider::new(config, Arc::new(clock()), http()).unwrap();
    let token = provider.token().await.unwrap();
    std::fs::write(&path, "second").unwrap();
    provider.invalidate(&token);
    provider.token().await.unwrap();
    std::fs::remove_file(&path).unwrap();
    let assertions: Vec<_> = world
        .seen(Role::Tokens)
        .iter()
        .map(|seen| seen.form()["client_assertion"].clone())
        .collect();
    assert_eq!(assertions, ["first", "second"]);
}

#[tokio::test]
async fn another_managed_identity_can_vouch_for_the_bot() {
    let world = World::start().await;
    let endpoint = Some(world.url("/metadata/identity/oauth2/token"));
    let identity = ManagedIdentity::InstanceMetadata { endpoint };
    let federated = Federated::ManagedIdentity { identity, client_id: None };
    let credentials = Credentials::Federated(federated);
    let config = TokenConfig { credentials, ..world.token_config() };
    let provider = TokenProvider::new(config, Arc::new(clock()), http()).unwrap();
    let token = provider.token().await.unwrap();
    assert_eq!(token.authorization().unwrap(), "Bearer token-2");
    let seen = world.seen(Role::Tokens);
    assert_eq!(
        seen[0].target,
        "/metadata/identity/oauth2/token?api-version=2018-02-01\
         &resource=api%3A%2F%2FAzureADTokenExchange"
    );
    assert_eq!(seen[1].form()["client_assertion"], "token-1");
}

#[tokio::test]
async fn other_scopes_and_tenants_have_tokens_of_their_own() {
    let world = World::start().await;
    let token_url = Some(world.url(&format!("/{TENANT}/oauth2/v2.0/token")));
    let registration = Registration::SingleTenant { tenant_id: TENANT.to_owned() };
    let config = TokenConfig { token_url, registration, ..world.token_config() };
    let bot = TokenProvider::new(config, Arc::new(clock()), http()).unwrap();
    let graph = bot.for_scope("https://graph.microsoft.com/.default");
    let elsewhere = graph.for_tenant("other-tenant").unwrap();
    let mut tokens = Vec::new();
    for provider in [&bot, &graph, &elsewhere, &bot, &graph, &elsewhere] {
        let token = provider.token().await.unwrap();
        tokens.push(token.authorization().unwrap().to_str().unwrap().to_owned());
    }
    assert_eq!(&tokens[..3], &tokens[3..], "each is cached");
    assert_eq!(tokens[..3].iter().collect::<std::collections::HashSet<_>>().len(), 3);
    let seen = world.seen(Role::Tokens);
    assert_eq!(seen[1].form()["scope"], "https://graph.microsoft.com/.default");
    assert_eq!(seen[2].target, "/other-tenant/oauth2/v2.0/token");
    assert!(bot.for_tenant(" ").is_err());
}
