//! How long what cannot be sent is tried: by what was tried, and not by how long Beckon was away.

use std::sync::Mutex;

use async_trait::async_trait;
use beckon::engine::{EffectSender, Sent, turn};
use beckon::store::{LaneClaim, OutboxEntry};
use beckon_domain::command::Command;
use beckon_domain::effect::LaneKey;
use beckon_domain::ids::SessionId;
use beckon_domain::room::Provider;
use jiff::SignedDuration;

use super::node::Node;
use super::place::{CHATS, PUSHED, Place, TENANT};

/// The other side: always to be asked again later.
struct Down {
    counted: bool,
    tries: Mutex<usize>,
}

impl Down {
    fn failing() -> Self {
        Self { counted: true, tries: Mutex::default() }
    }

    fn tries(&self) -> usize {
        *self.tries.lock().unwrap()
    }
}

#[async_trait]
impl EffectSender for Down {
    async fn send(&self, claim: &LaneClaim, _batch: &[OutboxEntry]) -> Sent {
        if matches!(claim.lane, LaneKey::Notice { .. }) {
            return Sent::Delivered;
        }
        *self.tries.lock().unwrap() += 1;
        Sent::Later { error: "503".to_owned(), after: None, counted: self.counted }
    }
}

/// A message waits for three days, in which nobody sends anything.
async fn after_three_days(place: &Place) -> (Node, SessionId) {
    let node = place.open().await;
    node.install(1).await;
    let (session, _, agent) = node.connected(PUSHED, "grace").await;
    let text = "Here I am".to_owned();
    node.reply(Command::AgentMessage { session, agent, text }).await;
    place.clock.pass(SignedDuration::from_hours(72));
    (node, session)
}

async fn dead(node: &Node) -> usize {
    node.store.outbox(0, true, 10).await.unwrap().len()
}

/// Beckon comes back after three days, and the other side is still down.
pub(super) async fn what_failed_for_the_first_time_is_not_given_up(place: Place) {
    let (node, session) = after_three_days(&place).await;
    let engine = place.engine(&node);
    let back = node.now();
    let down = Down::failing();
    let asked = Down { counted: false, ..Down::failing() };
    for other_side in [&asked, &down, &asked, &asked, &down] {
        turn::effects(&engine, other_side).await.unwrap();
        place.clock.pass(SignedDuration::from_mins(1));
        assert_eq!(dead(&node).await, 0, "it was hardly tried");
    }
    // It may come back as well: an hour is the least.
    while node.now().duration_since(back) <= SignedDuration::from_mins(59) {
        turn::effects(&engine, &down).await.unwrap();
        assert_eq!(dead(&node).await, 0, "there was hardly time for it");
        place.clock.pass(SignedDuration::from_mins(2));
    }
    assert!(down.tries() > 20, "{}", down.tries());
    assert!(node.session(session).await.is_open());

    place.clock.pass(SignedDuration::from_mins(2));
    turn::effects(&engine, &down).await.unwrap();
    assert_eq!(dead(&node).await, 1);
    assert!(!node.session(session).await.is_open(), "the customer's channel is gone");
    node.stop().await;
}

/// A message that is only asked to wait is given up after two days in which it could have gone.
pub(super) async fn what_is_asked_to_wait_waits(place: Place) {
    let (node, session) = after_three_days(&place).await;
    let (engine, back) = (place.engine(&node), node.now());
    let asked = Down { counted: false, ..Down::failing() };
    while dead(&node).await == 0 {
        turn::effects(&engine, &asked).await.unwrap();
        place.clock.pass(SignedDuration::from_hours(1));
    }
    let waited = node.now().duration_since(back).as_hours();
    assert!((48..52).contains(&waited), "{waited}");
    assert!(node.session(session).await.is_open(), "nothing ever failed");
    node.stop().await;
}

pub(super) async fn a_room_has_its_time_after_an_outage(place: Place) {
    let node = place.open().await;
    node.install(1).await;
    let (session, ..) = node.connected(CHATS, "grace").await;
    let provider = async || node.store.room(TENANT, session).await.unwrap().unwrap().room.provider;
    place.clock.pass(SignedDuration::from_mins(10));
    let (engine, down) = (place.engine(&node), Down::failing());
    let back = node.now();
    while provider().await == Provider::Graph {
        turn::effects(&engine, &down).await.unwrap();
        place.clock.pass(SignedDuration::from_secs(1));
    }
    let tried = node.now().duration_since(back).as_secs();
    assert!(down.tries() > 2 && (10..=21).contains(&tried), "{} in {tried} s", down.tries());
    node.stop().await;
}
