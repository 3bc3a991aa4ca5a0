//! The agreed time of waiting: a finished session is judged by that of its service as it stood when
//! the session ended, and reports add up what the rows say, or what is asked about instead.

use beckon::store::{Grouping, Measures, SessionReport, Span};
use beckon_domain::command::{ActResult, Action, Command};
use beckon_domain::ids::SessionId;
use beckon_domain::outcome::Group::{self, ByUser, CustomerLeft};
use beckon_domain::report::within_sla;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::node::Node;
use super::place::{Place, READ, TENANT};
use super::reports::told_by_events;

fn pass(node: &Node, seconds: i64) {
    node.clock.pass(SignedDuration::from_secs(seconds));
}

/// A conversation of a customer who waited for so long.
async fn answered(node: &Node, address: &str, seconds: i64) -> SessionId {
    let (session, _) = node.write(READ, address, "Hello?").await;
    pass(node, seconds);
    let invitation = node.offer(session).await.expect("somebody is free");
    let rows = node.store.card(TENANT, invitation).await.unwrap().expect("it is there");
    let who = rows.invitation.agent;
    for action in [Action::Accept, Action::Terminate, Action::Finish] {
        assert_eq!(node.act(invitation, who, action).await, ActResult::Done);
    }
    session
}

/// A customer who left after so long; in the queue, unless a workflow has them.
async fn left(node: &Node, address: &str, seconds: i64) -> SessionId {
    let (session, _) = node.write(READ, address, "Hello?").await;
    pass(node, seconds);
    node.reply(Command::CustomerLeft { session }).await;
    session
}

/// The rows of finished sessions, which say what the events say.
async fn rows(node: &Node, sessions: &[SessionId]) -> Vec<SessionReport> {
    let mut rows = Vec::new();
    for id in sessions {
        told_by_events(node, &node.session(*id).await).await;
        rows.push(node.store.report(TENANT, *id).await.unwrap().expect("it ended"));
    }
    rows
}

/// Of those that were queued and ended so: how many in time, and how many there are.
type Shares = [(u64, u64); 2];

/// What reports say of agents and of hang-ups, by every way to it.
async fn reported(node: &Node, sla_seconds: Option<u32>) -> Shares {
    let (from, until) = (Timestamp::MIN, Timestamp::MAX);
    let mut told = Vec::new();
    for service in [None, Some("support".into())] {
        for agent in [false, true] {
            let by = Grouping { agent, ..Grouping::default() };
            let measures = Measures::new(by, &TimeZone::UTC, from, until, sla_seconds);
            let span = Span { from, until, service: service.clone(), agent: None, channel: None };
            let lines = node.store.measure(TENANT, &span, measures).await.unwrap().groups();
            told.push(lines.iter().fold([(0, 0); 2], |[by_user, left], (_, line)| {
                [
                    (by_user.0 + line.accepted_in_time, by_user.1 + line.reached),
                    (left.0 + line.hung_up_in_time, left.1 + line.gave_up),
                ]
            }));
        }
    }
    assert!(told.iter().all(|shares| *shares == told[0]), "the ways differ: {told:?}");
    told[0]
}

/// The same, counted from the rows.
fn counted(rows: &[SessionReport], sla_seconds: Option<u32>) -> Shares {
    let judge = |row: &SessionReport| match sla_seconds {
        None => row.within_sla(),
        Some(asked) => row.times.queued.map(|_| within_sla(row.sums.queue, asked)),
    };
    [ByUser, CustomerLeft].map(|group: Group| {
        let judged = rows.iter().filter(|row| row.outcome.group() == group).filter_map(judge);
        judged.fold((0, 0), |(kept, all), in_time| (kept + u64::from(in_time), all + 1))
    })
}

pub(super) async fn a_session_is_judged_by_what_was_agreed_on_when_it_ended(mut place: Place) {
    place.set(|service| service.sla_seconds = 10);
    let node = place.open().await;
    node.install(2).await;
    let mut sessions = Vec::new();
    for (address, seconds) in [("ada", 10), ("ben", 11)] {
        sessions.push(answered(&node, address, seconds).await);
    }
    for (address, seconds) in [("cleo", 5), ("dan", 12)] {
        sessions.push(left(&node, address, seconds).await);
    }
    // Begun while 10 s were agreed on, and ended while it is 30 s.
    let (waiting, _) = node.write(READ, "eve", "Hello?").await;
    pass(&node, 20);
    node.stop().await;
    place.set(|service| service.sla_seconds = 30);
    let node = place.open().await;
    node.reply(Command::CustomerLeft { session: waiting }).await;
    sessions.push(waiting);
    sessions.push(answered(&node, "fay", 29).await);
    node.stop().await;
    // Whoever hangs up before the queue has not waited.
    place.set(|service| (service.sla_seconds, service.workflow) = (40, true));
    let node = place.open().await;
    sessions.push(left(&node, "gus", 3).await);

    let rows = rows(&node, &sessions).await;
    let judged: Vec<_> = rows.iter().map(|row| (row.sla_seconds, row.within_sla())).collect();
    assert_eq!(
        judged,
        [
            (10, Some(true)),
            (10, Some(false)),
            (10, Some(true)),
            (10, Some(false)),
            (30, Some(true)),
            (30, Some(true)),
            (40, None),
        ]
    );
    assert_eq!(reported(&node, None).await, [(2, 3), (2, 3)]);
    for asked in [None, Some(1), Some(5), Some(10), Some(11), Some(20), Some(3600)] {
        assert_eq!(reported(&node, asked).await, counted(&rows, asked), "{asked:?}");
    }
    node.stop().await;
}

/// A migration gives older rows the agreed time by which they were reported until then.
pub(super) async fn what_ended_before_it_could_be_set_is_judged_as_it_was_reported(place: Place) {
    let node = place.open().await;
    node.install(2).await;
    let mut sessions = Vec::new();
    for (address, seconds) in [("ada", 19), ("ben", 21)] {
        sessions.push(answered(&node, address, seconds).await);
        sessions.push(left(&node, address, seconds).await);
    }
    let known = rows(&node, &sessions).await;
    node.stop().await;
    place
        .sql(
            "DROP INDEX IF EXISTS report_measures;
             ALTER TABLE session_report DROP COLUMN sla_seconds;
             DELETE FROM migration WHERE number >= 17;",
        )
        .await;
    // On SQLite it takes away the index that it makes anew.
    if place.url().is_none() {
        place.sql("CREATE INDEX report_measures ON session_report (tenant, service)").await;
    }
    let mut place = place;
    place.set(|service| service.sla_seconds = 60);
    let node = place.open().await;
    assert_eq!(rows(&node, &sessions).await, known);
    assert_eq!(reported(&node, None).await, [(1, 2), (1, 2)]);
    assert_eq!(reported(&node, None).await, reported(&node, Some(20)).await);
    sessions.push(answered(&node, "cleo", 21).await);
    assert_eq!(reported(&node, None).await, [(2, 3), (1, 2)], "what ends now has its own");
    node.stop().await;
}
