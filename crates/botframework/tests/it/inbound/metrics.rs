//! What is counted: every request once, under the name of its outcome.

use std::time::Duration;

use super::support::{Lab, Meter, SigningKey};

#[tokio::test]
async fn outcomes_cache_and_keys_are_measured() {
    let meter = Meter::default();
    let _local = metrics::set_default_local_recorder(&meter);
    let lab = Lab::new().await;
    let bot = lab.cold_bot().await;
    bot.send(&lab.valid()).await;
    bot.send(&lab.valid()).await;
    bot.send(&lab.valid().signed_by(SigningKey::Unendorsed)).await;
    let mut tenant = lab.valid();
    tenant.activity["channelData"]["tenant"]["id"] = "other".into();
    bot.send(&tenant).await;
    let mut garbage = lab.valid();
    garbage.raw_body = Some(b"garbage".to_vec());
    bot.send(&garbage).await;
    let mut nobody = lab.valid();
    nobody.authorization = |_| vec![];
    bot.send(&nobody).await;
    lab.clock.advance(Duration::from_mins(2));
    bot.send(&lab.valid().signed_by(SigningKey::Stranger)).await;

    let values = meter.values();
    let measured: Vec<_> = values.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    assert_eq!(
        measured,
        [
            ("botframework_inbound_verify_total{authorization_missing}", 1),
            ("botframework_inbound_verify_total{body_not_json}", 1),
            ("botframework_inbound_verify_total{key_unknown}", 1),
            ("botframework_inbound_verify_total{ok}", 3),
            ("botframework_inbound_verify_total{tenant_not_allowed}", 1),
            ("botframework_signing_keys_age_seconds", 120),
            ("botframework_signing_keys_fetch_total{ok}", 2),
            ("botframework_token_cache_total{hit}", 3),
            ("botframework_token_cache_total{miss}", 3),
            ("botframework_turns_total{message}{ok}", 3),
            ("botframework_unendorsed_key_total", 1),
        ]
    );
}
