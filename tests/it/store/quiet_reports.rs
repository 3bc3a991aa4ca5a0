//! What becomes of the sweep's cards and lanes is written behind live traffic, and who begins to wait
//! in such a lane does not wait for a scan (P6, rule 9). In memory the order of everything is decided.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use beckon::clock::Clock;
use beckon::engine::{CardSender, Delivery, EffectSender, Senders, Sent, Stop, turn};
use beckon::store::{CardRows, LaneClaim, OutboxEntry};
use beckon_domain::command::{CardFailure, Command, Reply};
use beckon_domain::effect::LaneKey;
use beckon_domain::ids::{SessionId, TenantId};
use beckon_domain::session::Customer;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use super::node::Node;
use super::place::{PUSHED, Place, READ, TENANT};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A session that the sweep ended: its card is to be repainted, its customer to be told.
async fn swept(node: &Node) -> SessionId {
    node.install(2).await;
    let (session, invitation, _) = node.connected(PUSHED, "ada").await;
    node.show(invitation).await;
    node.clock.pass(DAY);
    let reply = node.reply(Command::Sweep { session, threshold: DAY }).await;
    assert!(matches!(reply, Reply::Ended { .. }), "{reply:?}");
    session
}

/// A platform that refuses everything, and counts it.
struct Refusing(watch::Sender<usize>);

#[async_trait]
impl CardSender for Refusing {
    async fn send(&self, _tenant: TenantId, _rows: &CardRows, _now: Timestamp) -> Vec<Delivery> {
        self.0.send_modify(|calls| *calls += 1);
        vec![Delivery::Failed(CardFailure::Refused { reason: "no".to_owned() })]
    }
}

#[async_trait]
impl EffectSender for Refusing {
    async fn send(&self, claim: &LaneClaim, _batch: &[OutboxEntry]) -> Sent {
        if matches!(claim.lane, LaneKey::Notice { .. }) {
            return Sent::Delivered;
        }
        self.0.send_modify(|calls| *calls += 1);
        Sent::Refused { error: "no".to_owned() }
    }
}

async fn feed(node: &Node) -> Vec<SessionId> {
    let feed = node.store.feed(TENANT, 0, 1_000).await.unwrap();
    feed.into_iter().map(|entry| entry.session).collect()
}

#[tokio::test]
async fn what_became_of_it_is_written_behind_who_came_meanwhile() {
    let place = Place::memory();
    let node = place.open().await;
    let silent = swept(&node).await;
    let engine = place.engine(&node);
    let refusing = Refusing(watch::Sender::new(0));
    for round in 1..=2 {
        let known = feed(&node).await.len();
        // Begins to wait when the platform has answered.
        let message = async {
            while *refusing.0.borrow() < round {
                tokio::task::yield_now().await;
            }
            node.write(READ, &format!("live-{round}"), "Hello?").await.0
        };
        let work = async {
            if round == 1 {
                turn::cards(&engine, &refusing).await
            } else {
                turn::effects(&engine, &refusing).await
            }
        };
        let (done, live) = tokio::join!(biased; work, message);
        assert!(done.unwrap() > 0);
        let new = feed(&node).await.split_off(known);
        assert_eq!(new.first(), Some(&live), "round {round}: {new:?}");
        assert!(new.contains(&silent), "round {round}: {new:?}");
    }
    node.stop().await;
}

/// A receiver that asks for another try once, and says when it is called.
struct Once(watch::Sender<Vec<Instant>>);

#[async_trait]
impl CardSender for Once {
    async fn send(&self, _tenant: TenantId, _rows: &CardRows, _now: Timestamp) -> Vec<Delivery> {
        Vec::new()
    }
}

#[async_trait]
impl EffectSender for Once {
    async fn send(&self, claim: &LaneClaim, _batch: &[OutboxEntry]) -> Sent {
        if !matches!(claim.lane, LaneKey::Customer { .. }) {
            return Sent::Delivered;
        }
        self.0.send_modify(|calls| calls.push(Instant::now()));
        if self.0.borrow().len() > 1 {
            return Sent::Delivered;
        }
        // It takes its time; somebody begins to wait meanwhile.
        tokio::time::sleep(Duration::from_secs(1)).await;
        Sent::Later { error: "503".to_owned(), after: None, counted: true }
    }
}

#[tokio::test(start_paused = true)]
async fn who_begins_to_wait_in_a_quiet_lane_does_not_wait_for_a_scan() {
    let place = Place::memory();
    let node = place.open().await;
    swept(&node).await;
    let once = Arc::new(Once(watch::Sender::new(Vec::new())));
    let mut called = once.0.subscribe();
    let (engine, tasks, stop) = (place.engine(&node), TaskTracker::new(), Stop::default());
    let senders = Senders { cards: Arc::clone(&once) as _, effects: Arc::clone(&once) as _ };
    engine.start(senders, &tasks, &stop);
    called.wait_for(|calls| calls.len() == 1).await.unwrap();
    // We write to the same customer.
    node.reply(Command::StartOutbound {
        account: PUSHED.into(),
        customer: Customer { address: "ada".into(), name: None },
        text: "Your parcel is here.".to_owned(),
        new_session: SessionId(place.clock.new_id()),
        window: DAY,
    })
    .await;
    let settled = async || {
        let outbox = node.store.outbox(0, false, 10).await.unwrap();
        outbox.iter().any(|entry| entry.attempts == 1)
    };
    while !settled().await {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    place.clock.pass(SignedDuration::from_secs(2));
    let calls = called.wait_for(|calls| calls.len() == 2).await.unwrap().clone();
    let waited = calls[1] - calls[0];
    assert!(waited < Duration::from_millis(2_500), "a second's work, a second's pause: {waited:?}");
    stop.gently.cancel();
    tasks.close();
    tasks.wait().await;
    node.stop().await;
}
