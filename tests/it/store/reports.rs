//! Reports: flat rows that say what the events say.

use std::collections::BTreeMap;

use beckon::store::IntervalKind::{self, Acw, Connected, Parked, Ringing};
use beckon::store::{AgentInterval, SessionReport, intervals};
use beckon_domain::command::{ActResult, Action};
use beckon_domain::ids::{InvitationId, SessionId};
use beckon_domain::outcome::{EndedBy, Outcome};
use beckon_domain::report::fold;
use beckon_domain::session::Session;
use jiff::{SignedDuration, Timestamp};

use super::history::AGENTS;
use super::node::Node;
use super::place::{Place, READ, TENANT, agent};

/// Everything that agents did, as it is stored, of each session.
pub(super) async fn stored_intervals(node: &Node) -> BTreeMap<InvitationId, Vec<AgentInterval>> {
    let mut stored: BTreeMap<InvitationId, Vec<AgentInterval>> = BTreeMap::new();
    for number in 1..=AGENTS {
        let (from, until) = (Timestamp::MIN, Timestamp::MAX);
        let rows = node.store.agent_intervals(TENANT, agent(number), from, until, 10_000).await;
        for row in rows.unwrap() {
            assert!(row.from < row.to, "{row:?}");
            stored.entry(row.invitation).or_default().push(row);
        }
    }
    for rows in stored.values() {
        assert!(rows.is_sorted_by(|one, two| one.to <= two.from), "they overlap: {rows:?}");
    }
    stored
}

/// The rows of a session say what its events say; an open one has none.
pub(super) async fn told_by_events(
    node: &Node,
    session: &Session,
    stored: &BTreeMap<InvitationId, Vec<AgentInterval>>,
) {
    let events = node.store.events(TENANT, session.id).await.unwrap();
    let row = node.store.report(TENANT, session.id).await.unwrap();
    assert_eq!(row, SessionReport::of(session, &events));
    let mut told: BTreeMap<InvitationId, Vec<AgentInterval>> = BTreeMap::new();
    for interval in intervals(&events) {
        told.entry(interval.invitation).or_default().push(interval);
    }
    let Some(row) = row else {
        assert!(told.keys().all(|invitation| !stored.contains_key(invitation)), "it is open");
        return;
    };
    for (invitation, told) in &told {
        assert_eq!(stored.get(invitation), Some(told));
    }
    let sum = |kinds: &[IntervalKind]| -> SignedDuration {
        let rows = told.values().flatten().filter(|row| kinds.contains(&row.kind));
        rows.map(|row| row.to.duration_since(row.from)).sum()
    };
    let near = |one: SignedDuration, two: SignedDuration| {
        assert!((one - two).abs() < SignedDuration::from_millis(1), "{one} {two}: {events:?}");
    };
    near(sum(&[Connected, Parked]), row.sums.connected);
    near(sum(&[Parked]), row.sums.parked);
    near(sum(&[Acw]), row.sums.wrap_up);
    let whole = fold(&events).sums;
    let life = row.times.ended.unwrap().duration_since(row.times.created.unwrap());
    near(whole.workflow + whole.queue + whole.connected, life);
}

fn pass(node: &Node, seconds: i64) {
    node.clock.pass(SignedDuration::from_secs(seconds));
}

async fn judged(node: &Node, id: SessionId) -> Option<SessionReport> {
    let stored = stored_intervals(node).await;
    told_by_events(node, &node.session(id).await, &stored).await;
    node.store.report(TENANT, id).await.unwrap()
}

pub(super) async fn a_finished_session_has_a_row_that_says_what_its_events_say(place: Place) {
    let node = place.open().await;
    node.install(2).await;
    let (session, _) = node.write(READ, "grace", "Hello?").await;
    pass(&node, 4);
    let first = node.offer(session).await.unwrap();
    node.show(first).await;
    pass(&node, 5);
    assert_eq!(node.act(first, agent(1), Action::Decline).await, ActResult::Done);
    let second = node.offer(session).await.unwrap();
    node.show(second).await;
    pass(&node, 6);
    assert_eq!(node.act(second, agent(2), Action::Accept).await, ActResult::Done);
    pass(&node, 30);
    assert_eq!(judged(&node, session).await, None, "it is open");
    assert_eq!(node.act(second, agent(2), Action::Terminate).await, ActResult::Done);

    let row = judged(&node, session).await.expect("it ended");
    let seconds = SignedDuration::from_secs;
    assert_eq!((row.outcome, row.ended_by), (Outcome::UserAccepted, EndedBy::User));
    assert_eq!((row.agent, row.service.as_str()), (Some(agent(2)), "support"));
    assert_eq!((row.counts.offers, row.counts.declines, row.counts.messages_in), (2, 1, 1));
    assert_eq!(
        (row.sums.queue, row.ringing, row.sums.connected),
        (seconds(15), seconds(11), seconds(30))
    );
    assert_eq!(row.times.wrap_up_ended, None, "the after-call work runs");

    pass(&node, 7);
    assert_eq!(node.act(second, agent(2), Action::Finish).await, ActResult::Done);
    let row = judged(&node, session).await.unwrap();
    assert_eq!(row.sums.wrap_up, seconds(7));
    assert_eq!(row.times.wrap_up_ended, Some(node.now()));
    let kinds: Vec<_> = stored_intervals(&node).await[&second].iter().map(|row| row.kind).collect();
    assert_eq!(kinds, [Ringing, Connected, Acw]);
    node.stop().await;
}
