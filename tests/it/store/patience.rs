//! How long what cannot be sent is tried: by what was tried, and not by how long Beckon was away.

use std::sync::Mutex;

use async_trait::async_trait;
use beckon::engine::{EffectSender, Sent, turn};
use beckon::store::{LaneClaim, OutboxEntry};
use beckon_domain::command::Command;
use beckon_domain::effect::LaneKey;
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

async fn dead(node: &Node) -> usize {
    node.store.outbox(0, true, 10).await.unwrap().len()
}

pub(super) async fn what_failed_for_the_first_time_is_not_given_up(place: Place) {
    let node = place.open().await;
    node.install(1).await;
    let (session, _, agent) = node.connected(PUSHED, "grace").await;
    let text = "Here I am".to_owned();
    node.reply(Command::AgentMessage { session, agent, text }).await;
    // Nobody sends for longer than a message is tried.
    place.clock.pass(SignedDuration::from_hours(25));
    let engine = place.engine(&node);
    let down = Down::failing();
    let asked = Down { counted: false, ..Down::failing() };
    for other_side in [&down, &asked, &down] {
        turn::effects(&engine, other_side).await.unwrap();
        place.clock.pass(SignedDuration::from_mins(1));
        assert_eq!(dead(&node).await, 0, "it was hardly tried");
    }
    assert!(node.session(session).await.is_open());

    // It stays so: it is given up after ten tries, and the customer's channel is gone.
    while dead(&node).await == 0 {
        turn::effects(&engine, &down).await.unwrap();
        place.clock.pass(SignedDuration::from_mins(1));
    }
    assert_eq!(down.tries(), 10);
    assert!(!node.session(session).await.is_open());
    node.stop().await;
}

pub(super) async fn a_room_has_a_second_try_after_an_outage(place: Place) {
    let node = place.open().await;
    node.install(1).await;
    let (session, ..) = node.connected(CHATS, "grace").await;
    let provider = async || node.store.room(TENANT, session).await.unwrap().unwrap().room.provider;
    place.clock.pass(SignedDuration::from_mins(10));
    let (engine, down) = (place.engine(&node), Down::failing());
    turn::effects(&engine, &down).await.unwrap();
    assert_eq!((down.tries(), provider().await), (1, Provider::Graph), "it is tried again");
    place.clock.pass(SignedDuration::from_secs(2));
    turn::effects(&engine, &down).await.unwrap();
    assert_eq!((down.tries(), provider().await), (2, Provider::Console), "it had its time");
    node.stop().await;
}
