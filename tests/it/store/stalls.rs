//! A card is sent by the node that has it, while it has it.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use beckon::engine::{CardSender, Delivery, Engine, turn};
use beckon::store::CardRows;
use beckon_domain::card::CardCopy;
use beckon_domain::ids::{InvitationId, TenantId};
use jiff::{SignedDuration, Timestamp};

use super::place::{Place, READ, TestClock};

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
        let kind = beckon_domain::card::CopyKind::Invitation;
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
