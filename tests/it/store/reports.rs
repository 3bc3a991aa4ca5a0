//! Reports: flat rows that say what the events say.

use beckon::store::SessionReport;
use beckon_domain::command::{ActResult, Action};
use beckon_domain::ids::SessionId;
use beckon_domain::outcome::{EndedBy, Outcome};
use beckon_domain::report::fold;
use beckon_domain::session::Session;
use jiff::SignedDuration;

use super::node::Node;
use super::place::{Place, READ, TENANT, agent};

/// The row of a session says what its events say; an open one has none.
pub(super) async fn told_by_events(node: &Node, session: &Session) -> Option<SessionReport> {
    let events = node.store.events(TENANT, session.id).await.unwrap();
    let told = node.store.report(TENANT, session.id).await.unwrap();
    assert_eq!(told, SessionReport::of(session, &events));
    let row = told.as_ref()?;
    let whole = fold(&events).sums;
    let life = row.times.ended.unwrap().duration_since(row.times.created.unwrap());
    let near = (whole.workflow + whole.queue + whole.connected - life).abs();
    assert!(near < SignedDuration::from_millis(1), "{whole:?} {life}: {events:?}");
    assert!(whole.parked <= whole.connected, "{whole:?}");
    assert!(whole.ringing <= whole.queue + whole.connected, "{whole:?}");
    told
}

fn pass(node: &Node, seconds: i64) {
    node.clock.pass(SignedDuration::from_secs(seconds));
}

async fn judged(node: &Node, id: SessionId) -> Option<SessionReport> {
    told_by_events(node, &node.session(id).await).await
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
        (row.sums.queue, row.sums.ringing, row.sums.connected),
        (seconds(15), seconds(11), seconds(30))
    );
    assert_eq!(row.times.wrap_up_ended, None, "the after-call work runs");

    pass(&node, 7);
    assert_eq!(node.act(second, agent(2), Action::Finish).await, ActResult::Done);
    let row = judged(&node, session).await.unwrap();
    assert_eq!(row.sums.wrap_up, seconds(7));
    assert_eq!(row.times.wrap_up_ended, Some(node.now()));
    node.stop().await;
}
