//! The daily sweep over each store (P6).

use beckon::engine::turn;
use beckon::store::{SilentPlace, SweepRun, SweepState};
use beckon_domain::command::{Action, Command, Reply};
use beckon_domain::event::EventKind;
use beckon_domain::ids::SessionId;
use beckon_domain::outcome::{EndedBy, Outcome};
use beckon_domain::session::{Phase, Session};
use futures_util::future::join_all;
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use super::node::Node;
use super::place::{Place, READ, TENANT, agent};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// The local date on which the tests' clock begins, at 08:00 UTC.
const FIRST: Date = date(2027, 1, 15);

/// The place of a session that was active last at that moment.
fn place(session: SessionId, at: Timestamp) -> SilentPlace {
    let hour = at.as_second().div_euclid(3600) * 3600;
    SilentPlace { hour: Timestamp::from_second(hour).unwrap(), session }
}

/// Three conversations, each begun two hours after the one before.
async fn three(node: &Node) -> Vec<SilentPlace> {
    node.install(3).await;
    let mut places = Vec::new();
    for address in ["ada", "ben", "cleo"] {
        node.clock.pass(HOUR * 2);
        let (session, ..) = node.connected(READ, address).await;
        places.push(place(session, node.now()));
    }
    places
}

pub(super) async fn ended(node: &Node, session: SessionId) -> usize {
    let events = node.store.events(TENANT, session).await.unwrap();
    let is_end = |kind: &EventKind| matches!(kind, EventKind::SessionEnded { .. });
    events.iter().filter(|event| is_end(&event.kind)).count()
}

pub(super) async fn sweep(place: &Place, node: &Node) -> Option<Timestamp> {
    let engine = place.engine(node);
    let next = turn::sweep(&engine, &CancellationToken::new()).await.unwrap();
    // Another time it may be another node's.
    engine.release().await.unwrap();
    next
}

pub(super) async fn silent_sessions_are_found_by_the_hour_in_pages(place: Place) {
    let node = place.open().await;
    let places = three(&node).await;
    let silent = async |before, after, limit| {
        node.store.silent_sessions(TENANT, before, after, limit).await.unwrap()
    };
    let now = node.now();
    assert_eq!(silent(now, None, 10).await, places, "those of the longest silence first");
    assert_eq!(node.store.count_silent(TENANT, now).await.unwrap(), 3);
    assert_eq!(silent(now, None, 2).await, places[..2]);
    assert_eq!(silent(now, Some(places[1]), 2).await, places[2..]);
    assert_eq!(silent(now, Some(places[2]), 2).await, []);
    let before = places[1].hour.saturating_sub(SignedDuration::from_micros(1)).unwrap();
    assert_eq!(silent(before, None, 10).await, places[..1]);
    assert_eq!(node.store.count_silent(TENANT, before).await.unwrap(), 1);

    // A message moves it, and its end takes it away.
    node.clock.pass(HOUR);
    node.write(READ, "ada", "Hello?").await;
    let moved = self::place(places[0].session, node.now());
    assert_eq!(silent(node.now(), None, 10).await, [places[1], places[2], moved]);
    node.reply(Command::AdminEnd { session: places[1].session, audit: None }).await;
    assert_eq!(silent(node.now(), None, 10).await, [places[2], moved]);
    node.stop().await;
}

pub(super) async fn how_far_a_sweep_has_come_is_written_by_who_read_it_last(place: Place) {
    let node = place.open().await;
    let store = &node.store;
    assert_eq!(store.sweep(TENANT).await.unwrap(), None);
    let first = SweepState { done: FIRST, run: None };
    assert!(store.put_sweep(TENANT, 0, &first).await.unwrap());
    assert!(!store.put_sweep(TENANT, 0, &first).await.unwrap(), "there is one");
    assert_eq!(store.sweep(TENANT).await.unwrap(), Some((first.clone(), 1)));
    let second = SweepState { run: Some(run(node.now(), None)), ..first };
    assert!(store.put_sweep(TENANT, 1, &second).await.unwrap());
    assert!(!store.put_sweep(TENANT, 1, &second).await.unwrap(), "it was written since");
    assert_eq!(store.sweep(TENANT).await.unwrap(), Some((second, 2)));
    node.stop().await;
}

fn run(now: Timestamp, after: Option<SilentPlace>) -> SweepRun {
    let before = now.saturating_sub(DAY).unwrap();
    SweepRun { date: date(2027, 1, 17), began: now, before, after, ended: 7, spared: 0 }
}

pub(super) async fn five_missed_days_are_made_up_for_by_one_run(place: Place) {
    let node = place.open().await;
    let next = sweep(&place, &node).await;
    assert_eq!(next, Some("2027-01-16T03:00:00Z".parse().unwrap()));
    let known = node.store.sweep(TENANT).await.unwrap();
    assert_eq!(known, Some((SweepState { done: FIRST, run: None }, 1)), "from today on");

    let places = three(&node).await;
    let (waiting, _) = node.write(READ, "dan", "Hello?").await;
    place.clock.pass(DAY * 5);
    node.write(READ, "cleo", "Still there?").await;
    sweep(&place, &node).await;
    for place in &places[..2] {
        let Phase::Ended { outcome, by, .. } = node.session(place.session).await.phase else {
            panic!("it is silent")
        };
        assert_eq!((outcome, by), (Outcome::StaleAfterUser, EndedBy::Sweep));
    }
    assert!(node.session(places[2].session).await.is_open(), "somebody wrote");
    assert!(node.session(waiting).await.is_open(), "governed by max wait");
    let (state, version) = node.store.sweep(TENANT).await.unwrap().unwrap();
    assert_eq!(state, SweepState { done: date(2027, 1, 20), run: None });

    sweep(&place, &node).await;
    let (_, again) = node.store.sweep(TENANT).await.unwrap().unwrap();
    assert_eq!(again, version, "once a day");
    // The agents are free, and the next day comes.
    place.clock.pass(DAY);
    let text = "Hello again?";
    assert!(node.offer(node.write(READ, "eve", text).await.0).await.is_some());
    sweep(&place, &node).await;
    assert!(!node.session(places[2].session).await.is_open());
    for place in places {
        assert_eq!(ended(&node, place.session).await, 1);
    }
    node.stop().await;
}

pub(super) async fn who_takes_over_goes_on_behind_the_cursor(place: Place) {
    let node = place.open().await;
    sweep(&place, &node).await;
    let places = three(&node).await;
    place.clock.pass(DAY * 2);
    // A node died behind the second one, having left it alone.
    let (state, version) = node.store.sweep(TENANT).await.unwrap().unwrap();
    let begun = SweepState { run: Some(run(node.now(), Some(places[1]))), ..state };
    assert!(node.store.put_sweep(TENANT, version, &begun).await.unwrap());
    sweep(&place, &node).await;
    let open = join_all(places.iter().map(|place| node.session(place.session))).await;
    assert_eq!(open.iter().map(Session::is_open).collect::<Vec<_>>(), [true, true, false]);
    let (state, _) = node.store.sweep(TENANT).await.unwrap().unwrap();
    assert_eq!(state, SweepState { done: date(2027, 1, 17), run: None });

    // The next day's run begins at the beginning, and so it does where an older one was cut off.
    place.clock.pass(DAY);
    let (state, version) = node.store.sweep(TENANT).await.unwrap().unwrap();
    let stuck = SweepState { run: Some(run(node.now(), Some(places[2]))), ..state };
    assert!(node.store.put_sweep(TENANT, version, &stuck).await.unwrap());
    sweep(&place, &node).await;
    for place in places {
        assert_eq!(ended(&node, place.session).await, 1);
    }
    node.stop().await;
}

pub(super) async fn somebody_who_writes_in_between_is_not_swept(place: Place) {
    let node = place.open().await;
    let places = three(&node).await;
    place.clock.pass(DAY);
    let before = node.now().saturating_sub(DAY).unwrap();
    let found = node.store.silent_sessions(TENANT, before, None, 10).await.unwrap();
    assert_eq!(found, places);
    node.write(READ, "ada", "Still there?").await;
    node.act(invitation(&node, 2).await, agent(2), Action::Terminate).await;
    let mut replies = Vec::new();
    for place in found {
        replies.push(node.reply(Command::Sweep { session: place.session, threshold: DAY }).await);
    }
    assert_eq!(replies[0], Reply::Noted, "she wrote");
    let Reply::Ended { outcome, .. } = replies[1] else { panic!("{replies:?}") };
    assert_eq!(outcome, Outcome::UserAccepted, "it was ended by its agent, and stays so");
    let Reply::Ended { outcome, .. } = replies[2] else { panic!("{replies:?}") };
    assert_eq!(outcome, Outcome::StaleAfterUser);
    node.stop().await;
}

async fn invitation(node: &Node, number: u128) -> beckon_domain::ids::InvitationId {
    let rows = node.store.inbox(TENANT, agent(number), 1).await.unwrap();
    rows.entries[0].invitation.id
}

/// Migrations fill the column in which the sweep looks.
pub(super) async fn what_an_older_beckon_left_is_found(place: Place) {
    let node = place.open().await;
    let places = three(&node).await;
    node.reply(Command::AdminEnd { session: places[2].session, audit: None }).await;
    node.stop().await;
    place.back_to_intervals().await;
    place
        .sql(
            "DROP INDEX session_silent; ALTER TABLE session DROP COLUMN active_hour;
             DROP INDEX invitation_dirty; ALTER TABLE invitation DROP COLUMN quiet;
             CREATE INDEX invitation_dirty ON invitation (card_due, tenant, id)
               WHERE card_wanted <> card_shown;
             DROP INDEX lane_due; ALTER TABLE lane DROP COLUMN quiet;
             CREATE INDEX lane_due ON lane (due) WHERE due IS NOT NULL;
             DROP INDEX IF EXISTS report_measures; DROP TABLE agent_rings;
             ALTER TABLE session_report DROP COLUMN shared;
             ALTER TABLE session_report DROP COLUMN sla_seconds;
             ALTER TABLE session_report DROP COLUMN codes;
             ALTER TABLE session_report DROP COLUMN codes2;
             ALTER TABLE session_report DROP COLUMN tags;
             ALTER TABLE session_report DROP COLUMN codes_missing;
             DROP TABLE sweep; DROP INDEX session_live;
             DROP INDEX session_service;
             DELETE FROM migration WHERE number >= 8;",
        )
        .await;
    let node = place.open().await;
    let found = node.store.silent_sessions(TENANT, node.now(), None, 10).await.unwrap();
    assert_eq!(found, places[..2]);
    node.stop().await;
}

/// Of two nodes that find it due at the same time one does it, and what the other ends is ended.
#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_sweep_once() {
    let place = Place::postgres().await;
    let (one, two) = (place.open().await, place.open().await);
    sweep(&place, &one).await;
    let places = three(&one).await;
    for _ in 0..3 {
        place.clock.pass(DAY);
        let engines = [place.engine(&one), place.engine(&two)];
        let stop = CancellationToken::new();
        let passes = engines.iter().map(|engine| turn::sweep(engine, &stop));
        for pass in join_all(passes).await {
            pass.unwrap();
        }
        // Whoever had the lease dies; the other one has it the next day.
        for engine in &engines {
            engine.release().await.unwrap();
        }
    }
    for place in places {
        assert_eq!(ended(&two, place.session).await, 1);
    }
    let (state, version) = two.store.sweep(TENANT).await.unwrap().unwrap();
    assert_eq!(state, SweepState { done: date(2027, 1, 18), run: None });
    // The first row; then a beginning, a page where there was one, and an end for each day.
    assert_eq!(version, 1 + 2 * 3 + 1);
    one.stop().await;
    two.stop().await;
}
