//! What the operator can choose, and what must not be chosen.

use std::time::Duration;

use botframework::auth::{
    Authenticator, ConfigError, Endorsements, TenantPolicy, Verifier, VerifierConfig,
};
use botframework::cloud::Cloud;

use super::support::{APP_ID, Draft, Lab, SigningKey};

async fn answer(lab: &Lab, config: VerifierConfig, draft: &Draft) -> u16 {
    let bot = lab.bot(Authenticator::Channel(lab.verifier(config))).await;
    bot.send(draft).await.status
}

#[tokio::test]
async fn strict_endorsements_refuse_keys_without_any() {
    let lab = Lab::new().await;
    let mut config = lab.config();
    config.endorsements = Endorsements::Strict;
    let draft = lab.valid().signed_by(SigningKey::Unendorsed);
    assert_eq!(answer(&lab, config.clone(), &draft).await, 401);
    assert_eq!(lab.logs.reasons(), ["endorsement_missing"]);
    assert_eq!(answer(&lab, config, &lab.valid()).await, 200);
}

#[tokio::test]
async fn any_tenant_means_any_even_none() {
    let lab = Lab::new().await;
    let mut config = lab.config();
    config.tenants = TenantPolicy::Any;
    let mut draft = lab.valid();
    draft.activity["channelData"] = serde_json::Value::Null;
    draft.activity["conversation"]["tenantId"] = serde_json::Value::Null;
    assert_eq!(answer(&lab, config, &draft).await, 200);
}

/// An empty id names no tenant: it neither spoils the one that is named elsewhere nor fits an
/// empty entry, which a trailing comma in a setting leaves.
#[tokio::test]
async fn an_empty_tenant_is_none() {
    let lab = Lab::new().await;
    let mut draft = lab.valid();
    draft.activity["conversation"]["tenantId"] = "".into();
    assert_eq!(answer(&lab, lab.config(), &draft).await, 200);
    draft.activity["channelData"] = serde_json::Value::Null;
    let mut config = lab.config();
    if let TenantPolicy::Only(tenants) = &mut config.tenants {
        tenants.push(String::new());
    }
    assert_eq!(answer(&lab, config, &draft).await, 403);
    assert_eq!(lab.logs.reasons(), ["tenant_not_allowed"]);
}

#[tokio::test]
async fn further_channels_and_hosts_can_be_enabled() {
    let lab = Lab::new().await;
    let mut config = lab.config();
    config.channels.push("skype".to_owned());
    config.allowed_hosts = config.allowed_hosts.allow("connector.example:8443").unwrap();
    let mut draft = lab.valid();
    draft.activity["channelId"] = "skype".into();
    assert_eq!(answer(&lab, config.clone(), &draft).await, 200);
    draft.claims["serviceurl"] = "https://connector.example:8443/".into();
    draft.activity["serviceUrl"] = "https://connector.example:8443/".into();
    assert_eq!(answer(&lab, config, &draft).await, 200);
}

#[tokio::test]
async fn each_cloud_accepts_its_own_issuer_only() {
    let lab = Lab::new().await;
    for cloud in Cloud::ALL {
        for other in Cloud::ALL {
            let mut config = lab.config();
            config.cloud = cloud;
            let mut draft = lab.valid();
            let issuer = other.constants().channel_issuer;
            draft.claims["iss"] = issuer.into();
            let expected = if issuer == cloud.constants().channel_issuer { 200 } else { 401 };
            assert_eq!(answer(&lab, config, &draft).await, expected, "{cloud} {other}");
        }
    }
}

#[tokio::test]
async fn configurations_that_protect_nothing_are_refused() {
    let lab = Lab::new().await;
    let refused = |change: fn(&mut VerifierConfig)| {
        let mut config = lab.config();
        change(&mut config);
        Verifier::new(config, std::sync::Arc::new(lab.clock.clone()), lab.http.clone()).err()
    };
    assert_eq!(refused(|_| {}), None);
    assert_eq!(refused(|it| it.app_id = String::new()), Some(ConfigError::AppId));
    assert_eq!(refused(|it| it.app_id = "*".to_owned()), Some(ConfigError::AppId));
    assert_eq!(refused(|it| it.channels.clear()), Some(ConfigError::NoChannels));
    assert_eq!(refused(|it| it.tenants = TenantPolicy::Only(vec![])), Some(ConfigError::NoTenants));
    let blank = |it: &mut VerifierConfig| it.tenants = TenantPolicy::Only(vec![" ".to_owned()]);
    assert_eq!(refused(blank), Some(ConfigError::NoTenants));
    for change in [
        |it: &mut VerifierConfig| it.key_refresh = Duration::ZERO,
        |it: &mut VerifierConfig| it.key_refresh = Duration::MAX,
        |it: &mut VerifierConfig| it.forced_refresh_interval = Duration::ZERO,
        |it: &mut VerifierConfig| it.forced_refresh_interval = Duration::from_hours(721),
    ] {
        assert_eq!(refused(change), Some(ConfigError::RefreshInterval));
    }
    assert_eq!(
        refused(|it| it.openid_metadata_url = "http://keys.example/doc".parse().ok()),
        Some(ConfigError::MetadataUrl)
    );
    // A configuration nobody completed serves nobody.
    let bare = VerifierConfig::new(APP_ID, Cloud::Public);
    let clock = std::sync::Arc::new(lab.clock.clone());
    let outcome = Verifier::new(bare, clock, lab.http.clone());
    assert_eq!(outcome.err(), Some(ConfigError::NoTenants));
}
