//! What the engine's tasks ask of a store: timers, follow-ups, cards, the feed, upkeep.

use beckon::engine::{Topic, turn};
use beckon::store::{Class, ExecuteError, NodeId, Origin, Request, Slot};
use beckon_domain::command::{Action, Command};
use beckon_domain::invitation::InvitationState;
use beckon_domain::session::Phase;
use beckon_domain::timer::{Timer, TimerKey};
use futures_util::FutureExt as _;
use jiff::SignedDuration;
use std::sync::Arc;
use uuid::Uuid;

use super::node::{Node, envelope, message};
use super::place::{Place, READ, TENANT, agent};

const LEASE: SignedDuration = SignedDuration::from_secs(60);

pub(super) async fn fire(node: &Node, timer: Timer, generation: u64) -> beckon::engine::Executed {
    let envelope = envelope(&format!("timer:{generation}"), Command::Timer(timer));
    let request = Request::from_origin(envelope, Origin::Timer { generation });
    node.store.execute(request).await.unwrap()
}

pub(super) async fn a_timer_fires_once_in_its_generation(place: Place) {
    let node = place.open().await;
    node.install(1).await;
    let (session, _) = node.write(READ, "grace", "Hello?").await;
    let invitation = node.offer(session).await.expect("somebody is free");

    let (due, next) = node.store.due_timers(TENANT, node.now(), 10).await.unwrap();
    let ten_seconds = node.now().saturating_add(SignedDuration::from_secs(10)).unwrap();
    assert_eq!((due, next), (vec![], Some(ten_seconds)), "the delivery's");
    place.clock.pass(SignedDuration::from_secs(10));
    let (due, next) = node.store.due_timers(TENANT, node.now(), 10).await.unwrap();
    let [timer] = &due[..] else { panic!("{due:?}") };
    assert_eq!((timer.timer.key, timer.timer.due), (TimerKey::Delivery(invitation), ten_seconds));
    assert!(next.is_some_and(|next| next > ten_seconds), "max wait");

    let late = fire(&node, timer.timer, timer.generation + 1).await;
    assert!(late.repeated && late.reply.is_none());
    assert!(!fire(&node, timer.timer, timer.generation).await.repeated);
    let rows = node.store.card(TENANT, invitation).await.unwrap().unwrap();
    assert!(matches!(rows.invitation.state, InvitationState::Undeliverable { .. }));
    assert!(fire(&node, timer.timer, timer.generation).await.repeated);
    node.stop().await;
}

pub(super) async fn a_follow_up_is_carried_out_once(place: Place) {
    let node = place.open().await;
    node.install(1).await;
    let (session, _) = node.write(READ, "grace", "Hello?").await;
    let invitation = node.offer(session).await.expect("somebody is free");
    node.reply(Command::AgentUnreachable { agent: agent(1), blocked: true }).await;
    assert!(matches!(node.session(session).await.phase, Phase::Ringing { .. }), "that follows");

    let left = node.store.follow_ups(0, 10).await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(node.follow_up().await, 1);
    assert!(matches!(node.session(session).await.phase, Phase::Waiting { .. }));
    let rows = node.store.card(TENANT, invitation).await.unwrap().unwrap();
    assert!(matches!(rows.invitation.state, InvitationState::Undeliverable { .. }));
    assert_eq!(node.follow_up().await, 0);

    let again = Request::from_origin(
        envelope("again", left[0].command.clone()),
        Origin::FollowUp { id: left[0].id },
    );
    assert!(node.store.execute(again).await.unwrap().repeated);
    node.stop().await;
}

pub(super) async fn a_cancelled_command_is_never_begun(place: Place) {
    let node = place.open().await;
    let new = beckon_domain::ids::SessionId(Uuid::from_u128(1));
    let request = |slot: &Arc<Slot>| {
        Request::call(envelope("message:1", message(READ, "grace", "Hello?", new)))
            .with_slot(Arc::clone(slot))
    };
    let slot = Arc::new(Slot::default());
    assert!(slot.cancel());
    let answer = node.store.execute(request(&slot)).await;
    assert!(matches!(answer, Err(ExecuteError::Cancelled)), "{answer:?}");
    assert!(node.store.session(TENANT, new).await.unwrap().is_none());

    let slot = Arc::new(Slot::default());
    assert!(!node.store.execute(request(&slot)).await.unwrap().repeated);
    assert!(!slot.cancel(), "too late");
    node.stop().await;
}

pub(super) async fn what_is_refused_writes_nothing(place: Place) {
    let node = place.open().await;
    let (session, _) = node.write(READ, "grace", "Hello?").await;
    let before = node.session(session).await;
    let too_early = Command::AgentMessage { session, agent: agent(1), text: "Hi".to_owned() };
    for _ in 0..2 {
        let answer = node.run("agent:1", too_early.clone()).await;
        assert!(matches!(answer, Err(ExecuteError::Rejected(_))), "{answer:?}");
    }
    assert_eq!(node.session(session).await, before);
    assert_eq!(node.store.events(TENANT, session).await.unwrap().len(), 2);
    node.stop().await;
}

pub(super) async fn a_card_is_given_out_until_it_is_true(place: Place) {
    let node = place.open().await;
    node.install(1).await;
    let (session, _) = node.write(READ, "grace", "Hello?").await;
    let invitation = node.offer(session).await.expect("somebody is free");
    let claim = async |id| {
        node.store.claim_cards(&[TENANT], Class::Live, id, node.now(), LEASE, 10).await.unwrap()
    };
    let waiting = async || node.store.gauges(node.now()).await.unwrap().waiting_cards;
    assert_eq!(waiting().await, 1);
    let (cards, next) = claim(node.id).await;
    assert_eq!(cards.iter().map(|card| card.invitation).collect::<Vec<_>>(), [invitation]);
    assert_eq!(next, None);
    assert_eq!(claim(node.id).await.0, cards, "it is still this node's to send");
    if place.is_shared() {
        let other = NodeId(Uuid::from_u128(9));
        let (others, next) = claim(other).await;
        assert!(others.is_empty(), "and nobody else's");
        assert!(next.is_some_and(|next| next > node.now()), "until its lease is over");
        node.store.release(node.id).await.unwrap();
        assert_eq!(claim(other).await.0, cards);
    }
    node.show(invitation).await;
    assert_eq!((claim(node.id).await, waiting().await), ((vec![], None), 0));
    // Not true any more: whoever asks first has it.
    node.act(invitation, agent(1), Action::Accept).await;
    assert_eq!((claim(node.id).await.0, waiting().await), (cards, 1));
    node.stop().await;
}

pub(super) async fn the_feed_has_every_event_once_in_an_order_that_stays(place: Place) {
    let node = place.open().await;
    node.install(2).await;
    let mut seen = Vec::new();
    for address in ["ada", "ben", "cleo"] {
        let (session, _) = node.write(READ, address, "Hello?").await;
        node.offer(session).await;
        while node.store.sequence_feed(node.id, node.now(), 2).await.unwrap() > 0 {}
        let last = seen.last().map_or(0, |entry: &beckon::store::FeedEntry| entry.pos);
        seen.extend(node.store.feed(TENANT, last, 100).await.unwrap());
    }
    assert!(seen.is_sorted_by(|one, two| one.pos < two.pos));
    assert_eq!(node.store.feed(TENANT, 0, 100).await.unwrap(), seen, "nothing came in between");
    let page = node.store.feed(TENANT, seen[1].pos, 2).await.unwrap();
    assert_eq!(page, seen[2..4]);
    let mut sessions: Vec<_> = seen.iter().map(|entry| entry.session).collect();
    sessions.sort_unstable();
    sessions.dedup();
    assert_eq!(sessions.len(), 3);
    for session in sessions {
        let own = seen.iter().filter(|entry| entry.session == session);
        let own: Vec<_> = own.map(|entry| entry.event.clone()).collect();
        assert_eq!(own, node.store.events(TENANT, session).await.unwrap());
    }
    assert_eq!(node.store.gauges(node.now()).await.unwrap().feed_lag, 0);
    node.stop().await;
}

pub(super) async fn who_follows_the_feed_is_told_of_every_page(place: Place) {
    let node = place.open().await;
    let engine = place.engine(&node);
    // Two events: as many as are given their places together.
    node.write(READ, "grace", "Hello?").await;
    let mut news = node.signals.subscribe(Topic::Feed(TENANT));
    let more = turn::feed(&engine, 2).await.unwrap();
    // Where the commit gives the places, it also told of them.
    assert_eq!(more, place.is_shared());
    assert_eq!(news.changed().now_or_never().is_some(), place.is_shared());
    assert_eq!(node.store.feed(TENANT, 0, 10).await.unwrap().len(), 2);
    assert!(!turn::feed(&engine, 2).await.unwrap());
    assert!(news.changed().now_or_never().is_none(), "nothing new");
    node.stop().await;
}

pub(super) async fn a_secret_is_drawn_once(place: Place) {
    let node = place.open().await;
    let drawn = node.store.secret("tokens", vec![1, 0, 255]).await.unwrap();
    assert_eq!(drawn, [1, 0, 255]);
    assert_eq!(node.store.secret("tokens", vec![2]).await.unwrap(), drawn);
    assert_eq!(node.store.secret("other", vec![2]).await.unwrap(), [2]);
    node.stop().await;
}
