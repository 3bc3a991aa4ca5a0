//! A card is sent by the node that has it, while it has it; and a send that fails in whatever way
//! comes again.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use beckon::engine::{CardSender, Delivery, EffectSender, Engine, Senders, Sent, Stop, turn};
use beckon::store::{CardRows, LaneClaim, OutboxEntry};
use beckon_domain::card::{CardCopy, CopyKind};
use beckon_domain::ids::{InvitationId, TenantId};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;

use super::place::{Place, READ, TENANT, TestClock};

/// A sender whose first send takes long.
struct Slow {
    clock: Arc<TestClock>,
    sent: Mutex<Vec<InvitationId>>,
}

#[async_trait]
impl CardSender for Slow {
    async fn send(&self, _tenant: TenantId, rows: &CardRows, _now: Timestamp) -> Vec<Delivery> {
        let (id, shown) = (rows.invitation.id, rows.invitation.card.wanted);
        let mut sent = self.sent.lock().unwrap();
        if sent.is_empty() {
            self.clock.pass(SignedDuration::from_secs(7));
        }
        sent.push(id);
        let (conversation, activity) = ("a:1".to_owned(), format!("m-{id}"));
        let kind = CopyKind::Invitation;
        vec![Delivery::Shown(CardCopy { conversation, activity, shown, kind })]
    }
}

pub(super) async fn a_card_whose_lease_is_nearly_over_is_claimed_anew_before_it_is_sent(
    place: Place,
) {
    let node = place.open().await;
    node.install(2).await;
    let mut rung = Vec::new();
    for address in ["ada", "ben"] {
        let (session, _) = node.write(READ, address, "Hello?").await;
        rung.push(node.offer(session).await.expect("somebody is free"));
    }
    let engine: Engine = place.engine(&node);
    let slow = Slow { clock: Arc::clone(&place.clock), sent: Mutex::default() };
    let sent = || slow.sent.lock().unwrap().clone();

    assert_eq!(turn::cards(&engine, &slow).await.unwrap(), 2, "both are claimed together");
    assert_eq!(sent().len(), 1, "the second one may be another node's by the time");
    assert_eq!(turn::cards(&engine, &slow).await.unwrap(), 1);
    let mut sent = sent();
    sent.sort_unstable();
    assert_eq!(sent, rung);
    node.stop().await;
}

/// A sender that panics the first time, and says when it is called.
struct Fragile {
    calls: mpsc::UnboundedSender<usize>,
    called: Mutex<usize>,
}

#[async_trait]
impl CardSender for Fragile {
    async fn send(&self, _tenant: TenantId, rows: &CardRows, _now: Timestamp) -> Vec<Delivery> {
        let calls = {
            let mut called = self.called.lock().unwrap();
            *called += 1;
            *called
        };
        self.calls.send(calls).unwrap();
        assert!(calls > 1, "the first card breaks its sender, as this test wants it to");
        let (conversation, activity) = ("a:1".to_owned(), format!("m-{}", rows.invitation.id));
        vec![Delivery::Shown(CardCopy {
            conversation,
            activity,
            shown: rows.invitation.card.wanted,
            kind: CopyKind::Invitation,
        })]
    }
}

#[async_trait]
impl EffectSender for Fragile {
    async fn send(&self, _claim: &LaneClaim, _batch: &[OutboxEntry]) -> Sent {
        Sent::Delivered
    }
}

pub(super) async fn a_card_that_breaks_its_sender_is_sent_again(place: Place) {
    let node = place.open().await;
    node.install(1).await;
    let (session, _) = node.write(READ, "grace", "Hello?").await;
    let invitation = node.offer(session).await.expect("somebody is free");
    let engine = place.engine(&node);
    let (calls, mut called) = mpsc::unbounded_channel();
    let fragile = Arc::new(Fragile { calls, called: Mutex::default() });
    let senders = Senders { cards: Arc::clone(&fragile) as _, effects: fragile };
    let (tasks, stop) = (TaskTracker::new(), Stop::default());
    engine.start(senders, &tasks, &stop);
    assert_eq!(called.recv().await, Some(1));
    let again = tokio::time::timeout(Duration::from_secs(40), called.recv()).await;
    assert_eq!(again, Ok(Some(2)), "the safety scan finds it");
    stop.gently.cancel();
    tasks.close();
    tasks.wait().await;
    let rows = node.store.card(TENANT, invitation).await.unwrap().unwrap();
    assert!(!rows.invitation.card.is_dirty(), "{:?}", rows.invitation.card);
    node.stop().await;
}
