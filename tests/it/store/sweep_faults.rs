//! A sweep that something goes wrong for: it does the rest, and comes back (P6).

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use beckon::engine::{CardSender, Delivery, EffectSender, Senders, Sent, Stop, turn};
use beckon::store::{CardRows, LaneClaim, OutboxEntry, StoreError, SweepState};
use beckon_domain::ids::TenantId;
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::place::{OTHER, Place, TENANT};
use super::sweep::{ended, sweep, three};
use super::sweep_pages::begin;

const DAY: SignedDuration = SignedDuration::from_hours(24);

pub(super) async fn a_session_that_cannot_be_read_holds_nobody_up(place: Place) {
    let node = place.open().await;
    sweep(&place, &node).await;
    let places = three(&node).await;
    let id = places[0].session.0;
    // As each store writes an id.
    let id = if place.is_shared() { format!("'{id}'") } else { format!("x'{}'", id.simple()) };
    place.sql(&format!("UPDATE session SET doc = '{{}}' WHERE id = {id}")).await;
    place.clock.pass(DAY * 2);
    sweep(&place, &node).await;
    assert_eq!(ended(&node, places[0].session).await, 0, "nobody can tell what it is");
    for place in &places[1..] {
        assert_eq!(ended(&node, place.session).await, 1, "it was behind the damaged one");
    }
    let (state, _) = node.store.sweep(TENANT).await.unwrap().unwrap();
    assert_eq!(state, SweepState { done: date(2027, 1, 17), run: None });
    node.stop().await;
}

pub(super) async fn a_tenant_that_cannot_be_swept_holds_nobody_up(mut place: Place) {
    place.configure(&[(OTHER, 1), (TENANT, 3)]);
    let node = place.open().await;
    sweep(&place, &node).await;
    let places = three(&node).await;
    // Of both, and the other one comes first.
    let (state, version) = node.store.sweep(TENANT).await.unwrap().unwrap();
    place.sql("UPDATE sweep SET doc = '{}'").await;
    assert!(node.store.put_sweep(TENANT, version, &state).await.unwrap());
    place.clock.pass(DAY * 2);
    let engine = place.engine(&node);
    let error = turn::sweep(&engine, &CancellationToken::new()).await.unwrap_err();
    assert!(matches!(error, StoreError::Inconsistent { table: "sweep", .. }), "{error}");
    for place in places {
        assert_eq!(ended(&node, place.session).await, 1);
    }
    node.stop().await;
}

pub(super) async fn a_clock_that_ran_ahead_does_not_turn_the_sweep_off(place: Place) {
    let node = place.open().await;
    let places = three(&node).await;
    let ahead = SweepState { done: date(2037, 5, 1), run: None };
    assert!(node.store.put_sweep(TENANT, 0, &ahead).await.unwrap());
    sweep(&place, &node).await;
    let (state, _) = node.store.sweep(TENANT).await.unwrap().unwrap();
    assert_eq!(state, SweepState { done: date(2027, 1, 15), run: None }, "from today on");
    place.clock.pass(DAY * 2);
    sweep(&place, &node).await;
    for place in places {
        assert_eq!(ended(&node, place.session).await, 1);
    }
    node.stop().await;
}

/// In memory each batch of commands is a step of its own, between which the stop comes.
#[tokio::test]
async fn a_page_hears_the_stop_and_is_looked_at_again() {
    let place = Place::memory();
    let node = place.open().await;
    sweep(&place, &node).await;
    let silent = begin(&node, 300).await;
    place.clock.pass(DAY * 2);
    let before = node.now().saturating_sub(DAY).unwrap();
    let left = async || node.store.count_silent(TENANT, before).await.unwrap();
    assert_eq!(left().await, 300);

    let (engine, stop) = (place.engine(&node), CancellationToken::new());
    let begun = async {
        while left().await == 300 {}
        stop.cancel();
    };
    let (swept, ()) = tokio::join!(turn::sweep(&engine, &stop), begun);
    swept.unwrap();
    let rest = left().await;
    assert!(rest > 100 && rest < 300, "what was under way ended, and no more: {rest} are left");
    let (state, _) = node.store.sweep(TENANT).await.unwrap().unwrap();
    assert_eq!(state.run.expect("it was cut off").after, None, "the page is not done");

    engine.release().await.unwrap();
    sweep(&place, &node).await;
    for session in silent {
        assert_eq!(ended(&node, session).await, 1);
    }
    node.stop().await;
}

/// Who takes care of many tenants asks for each of them once a day, and not with every look.
#[tokio::test(start_paused = true)]
async fn what_is_done_is_not_asked_for_again() {
    let place = Place::memory();
    let node = place.open().await;
    let (engine, tasks, stop) = (place.engine(&node), TaskTracker::new(), Stop::default());
    let senders = Senders { cards: Arc::new(Nobody), effects: Arc::new(Nobody) };
    engine.start(senders, &tasks, &stop);
    let state = async || node.store.sweep(TENANT).await.unwrap();
    while state().await.is_none() {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let (_, version) = state().await.unwrap();
    let behind = SweepState { done: date(2027, 1, 10), run: None };
    assert!(node.store.put_sweep(TENANT, version, &behind).await.unwrap());
    tokio::time::sleep(Duration::from_mins(5)).await;
    assert_eq!(state().await, Some((behind, version + 1)), "nobody looked");
    place.clock.pass(DAY);
    tokio::time::sleep(Duration::from_mins(1)).await;
    let today = SweepState { done: date(2027, 1, 16), run: None };
    assert_eq!(state().await.map(|(state, _)| state), Some(today), "another day is due");
    stop.gently.cancel();
    tasks.close();
    tasks.wait().await;
    node.stop().await;
}

/// Sends nothing: there is nothing.
struct Nobody;

#[async_trait]
impl CardSender for Nobody {
    async fn send(&self, _tenant: TenantId, _rows: &CardRows, _now: Timestamp) -> Vec<Delivery> {
        Vec::new()
    }
}

#[async_trait]
impl EffectSender for Nobody {
    async fn send(&self, _claim: &LaneClaim, _batch: &[OutboxEntry]) -> Sent {
        Sent::Delivered
    }
}
