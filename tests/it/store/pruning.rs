//! Retention: what is past goes, a few hundred rows at a time, and nothing else does.

use beckon::store::{Class, Expired, PRUNED_AT_ONCE, Settlement};
use beckon_domain::command::{ActResult, Action, Command};
use beckon_domain::ids::{AgentId, InvitationId, SessionId};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::node::{Node, message};
use super::nodes::sql;
use super::place::{PUSHED, Place, READ, TENANT};

const LEASE: SignedDuration = SignedDuration::from_secs(60);

fn days(count: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * count)
}

fn ago(node: &Node, count: i64) -> Timestamp {
    node.now().saturating_sub(days(count)).unwrap()
}

/// Prunes to the end; how much went. No transaction is a large one.
async fn prune(node: &Node, what: Expired) -> u64 {
    let counted = node.store.expired(what).await.unwrap();
    let mut gone = 0;
    loop {
        let pruned = node.store.prune(what).await.unwrap();
        assert!(pruned.rows <= PRUNED_AT_ONCE, "{pruned:?}");
        gone += pruned.count as u64;
        if pruned.rows == 0 {
            break;
        }
    }
    assert_eq!(gone, counted, "a dry run tells it before: {what:?}");
    assert_eq!(node.store.expired(what).await.unwrap(), 0);
    gone
}

async fn finish(node: &Node, invitation: InvitationId, agent: AgentId) {
    assert_eq!(node.act(invitation, agent, Action::Terminate).await, ActResult::Done);
    assert_eq!(node.act(invitation, agent, Action::Finish).await, ActResult::Done);
}

async fn texts(node: &Node, session: SessionId) -> usize {
    node.store.messages(TENANT, session, 0, 10_000).await.unwrap().len()
}

pub(super) async fn keys_are_forgotten_by_age_and_not_while_their_session_is_open(place: Place) {
    let node = place.open().await;
    node.install(1).await;
    let id = |number| SessionId(Uuid::from_u128(number));
    let session = id(1);
    for number in 1..=5 {
        let key = format!("message:{number}");
        node.run(&key, message(READ, "grace", "Hi", session)).await.unwrap();
    }
    let reason = "gone".to_owned();
    let report = Command::MessageUndelivered { session, seq: 1, reason, channel_gone: false };
    node.run("given-up:7", report.clone()).await.unwrap();
    node.clock.pass(days(31));
    let all = Expired::Keys { before: node.now(), given_up_before: node.now() };
    let known = node.store.expired(all).await.unwrap();
    assert!(known > 0, "the install's key is of no session");
    assert_eq!(prune(&node, all).await, known);
    let again = node.run("message:4", message(READ, "grace", "Hi", id(2))).await.unwrap();
    assert!(again.repeated, "its session is open");

    let end = Command::AdminEnd { session, audit: None };
    node.run("end", end).await.unwrap();
    let most = Expired::Keys { before: ago(&node, 30), given_up_before: ago(&node, 90) };
    assert_eq!(prune(&node, most).await, 5);
    assert!(node.run("given-up:7", report.clone()).await.unwrap().repeated, "it is kept longer");
    let again = node.run("message:4", message(READ, "grace", "Hi", id(2))).await.unwrap();
    assert!(!again.repeated, "it was forgotten");
    node.clock.pass(days(60));
    let most = Expired::Keys { before: ago(&node, 30), given_up_before: ago(&node, 90) };
    prune(&node, most).await;
    assert!(!node.run("given-up:7", report).await.unwrap().repeated);
    node.stop().await;
}

pub(super) async fn a_session_loses_its_messages_and_then_itself(place: Place) {
    let node = place.open().await;
    node.install(2).await;
    let (session, invitation, agent) = node.connected(READ, "grace").await;
    for number in 0..PRUNED_AT_ONCE + 20 {
        node.write(READ, "grace", &format!("number {number}")).await;
    }
    finish(&node, invitation, agent).await;
    let said = texts(&node, session).await;
    let (open, _, _) = node.connected(READ, "ada").await;
    let open_said = texts(&node, open).await;
    let report = node.store.report(TENANT, session).await.unwrap();
    assert!(report.is_some());

    node.clock.pass(days(100));
    assert_eq!(prune(&node, Expired::Messages(ago(&node, 101))).await, 0, "not old enough");
    assert_eq!(prune(&node, Expired::Messages(ago(&node, 99))).await, said as u64);
    assert_eq!((texts(&node, session).await, texts(&node, open).await), (0, open_said));
    assert_eq!(node.store.report(TENANT, session).await.unwrap(), report);
    assert!(!node.store.events(TENANT, session).await.unwrap().is_empty());

    assert_eq!(prune(&node, Expired::Sessions(ago(&node, 101))).await, 0, "not old enough");
    assert_eq!(prune(&node, Expired::Sessions(ago(&node, 60))).await, 1);
    assert!(node.store.session(TENANT, session).await.unwrap().is_none());
    assert!(node.store.card(TENANT, invitation).await.unwrap().is_none());
    assert!(node.store.events(TENANT, session).await.unwrap().is_empty());
    assert!(node.store.report(TENANT, session).await.unwrap().is_none());
    assert!(node.session(open).await.is_open());
    assert!(!node.store.events(TENANT, open).await.unwrap().is_empty());

    // Who comes back is welcome.
    let (again, _) = node.write(READ, "grace", "It is me again").await;
    assert_ne!(again, session);
    node.stop().await;
}

pub(super) async fn dead_letters_go_by_age(place: Place) {
    let node = place.open().await;
    node.install(1).await;
    let (session, _, agent) = node.connected(PUSHED, "grace").await;
    let text = "An answer".to_owned();
    node.reply(Command::AgentMessage { session, agent, text: text.clone() }).await;
    let (claims, _) =
        node.store.claim_lanes(Class::Live, node.id, node.now(), LEASE, 10).await.unwrap();
    let claim = &claims[0];
    let pos = node.store.lane_head(claim, 1).await.unwrap()[0].pos;
    let settlement = Settlement::Dead { pos, error: "refused".to_owned() };
    node.store.settle(claim, settlement, node.now(), LEASE).await.unwrap();
    node.clock.pass(days(91));
    node.reply(Command::AgentMessage { session, agent, text }).await;

    assert_eq!(prune(&node, Expired::DeadLetters(ago(&node, 92))).await, 0, "not old enough");
    assert_eq!(prune(&node, Expired::DeadLetters(ago(&node, 90))).await, 1);
    assert_eq!(node.store.outbox(0, true, 10).await.unwrap(), []);
    let left = node.store.outbox(0, false, 10).await.unwrap();
    assert!(!left.is_empty(), "what waits stays");
    assert_eq!(prune(&node, Expired::DeadLetters(node.now())).await, 0);
    node.stop().await;
}

/// PostgreSQL alone keeps events by month.
#[tokio::test(flavor = "multi_thread")]
async fn a_month_of_events_is_made_filled_and_dropped_as_a_whole() {
    let place = Place::postgres().await;
    let node = place.open().await;
    node.install(2).await;
    // Far enough ahead of any clock that no month is there.
    node.clock.pass(days(3_650));
    assert_eq!(prune(&node, Expired::Months(node.now())).await, 3, "the months made at the start");
    let (session, invitation, agent) = node.connected(READ, "grace").await;
    let (open, other, colleague) = node.connected(READ, "ada").await;
    while node.store.sequence_feed(node.id, node.now(), 100).await.unwrap() > 0 {}
    let feed = node.store.feed(TENANT, 0, 100).await.unwrap();
    let second = node.now().as_second();
    // What had come to the default partition moves; nothing changes for who reads.
    sql(&place, &format!("SELECT event_partition(to_timestamp({second}))")).await;
    assert_eq!(node.store.feed(TENANT, 0, 100).await.unwrap(), feed);
    finish(&node, invitation, agent).await;
    let events = node.store.events(TENANT, session).await.unwrap();
    assert!(events.iter().zip(1..).all(|(event, seq)| event.seq == seq), "{events:?}");

    node.clock.pass(days(100));
    let before = ago(&node, 50);
    prune(&node, Expired::Messages(node.now())).await;
    assert_eq!(prune(&node, Expired::Months(before)).await, 0, "a session of the month is open");
    assert_eq!(prune(&node, Expired::Sessions(before)).await, 1, "the other goes by row");
    assert!(node.store.events(TENANT, session).await.unwrap().is_empty());
    finish(&node, other, colleague).await;
    assert_eq!(prune(&node, Expired::Months(before)).await, 0, "it ended later");
    node.clock.pass(days(51));
    let before = ago(&node, 50);
    assert_eq!(prune(&node, Expired::Months(before)).await, 1);
    assert!(node.store.events(TENANT, open).await.unwrap().is_empty());
    prune(&node, Expired::Messages(before)).await;
    assert_eq!(prune(&node, Expired::Sessions(before)).await, 1);
    // The next month begins, and its partition may be there or not.
    let (next, _) = node.write(READ, "grace", "Hello again").await;
    assert_eq!(node.store.events(TENANT, next).await.unwrap().len(), 2);
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_whose_month_may_still_be_dropped_waits_for_that() {
    let place = Place::postgres().await;
    let node = place.open().await;
    node.install(1).await;
    let (_, invitation, agent) = node.connected(READ, "grace").await;
    finish(&node, invitation, agent).await;
    node.clock.pass(days(2));
    prune(&node, Expired::Messages(node.now())).await;
    assert_eq!(prune(&node, Expired::Sessions(node.now())).await, 0, "its month is not over");
    node.clock.pass(days(40));
    assert_eq!(prune(&node, Expired::Sessions(node.now())).await, 1);
    node.stop().await;
}
