//! `beckon sweep`, with and without a server that runs.

use super::silent::{silent_world, swept_until};
use crate::crash::Process;
use crate::operations::beckon;
use crate::stage::card_says;

/// A day that does not come while a test runs: only what is asked for is swept.
const FAR: &str = "9000-01-01";

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_says_what_a_sweep_then_ends() {
    let (world, sessions) = silent_world(2).await;
    swept_until(&world, FAR);
    let process = Process::start(&world).await;
    let client = process.client(&world);
    client.write("customer-1", "m2", "I am still here").await;

    for _ in 0..2 {
        let (ok, said) = beckon(&world, &["sweep", "--dry-run"]).await;
        assert!(ok && said.contains("1 would be ended, 0 left alone"), "{said}");
        assert!(said.contains("support: 1") && said.contains("2020-01-01"), "{said}");
        assert!(said.contains(&sessions[0]) && !said.contains(&sessions[1]), "{said}");
    }
    let row = client.admin_session(&sessions[0]).await;
    assert_eq!(row["session"]["phase"]["phase"], "connected", "nothing was changed: {row}");

    let (ok, said) = beckon(&world, &["sweep"]).await;
    assert!(ok && said.contains("1 ended, 0 left alone"), "{said}");
    card_says(&world.people[0], "Ended as stale").await;
    let texts = client.read("customer-0", 3).await;
    assert_eq!(texts[2]["text"], "This conversation has ended.", "told in the page: {texts:?}");
    let row = client.admin_session(&sessions[1]).await;
    assert_eq!(row["session"]["phase"]["phase"], "connected", "{row}");

    let (ok, said) = beckon(&world, &["sweep"]).await;
    assert!(ok && said.contains(" 0 ended"), "{said}");
    process.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_server_the_database_is_opened_and_the_cards_follow() {
    let (world, _) = silent_world(1).await;
    swept_until(&world, FAR);
    let nobody = "99999999-9999-4999-8999-999999999999";
    let (ok, said) = beckon(&world, &["sweep", "--tenant", nobody]).await;
    assert!(!ok && said.contains("no tenant 99999999"), "{said}");
    let tenant = world.teams.environment().tenant_id;
    let (ok, said) = beckon(&world, &["sweep", "--tenant", &tenant]).await;
    assert!(ok && said.contains("1 ended, 0 left alone"), "{said}");

    let process = Process::start(&world).await;
    card_says(&world.people[0], "Ended as stale").await;
    process.kill().await;
}
