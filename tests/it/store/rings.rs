//! Rings in reports: they are those of the agent who was rung, whoever had the session at the end.

use std::collections::BTreeMap;

use beckon::store::{Grouping, Measures, Span};
use beckon_domain::command::{ActResult, Action, Command};
use beckon_domain::ids::{AgentId, InvitationId, ServiceId, SessionId};
use beckon_domain::report;
use beckon_domain::timer::TimerKey;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::node::Node;
use super::place::{Place, READ, TENANT, agent};
use super::tasks::fire;

/// Offers, declines, misses, undeliverable; of agents who were rung.
type Rung = BTreeMap<AgentId, [u64; 4]>;

/// What the events of finished sessions say.
async fn told(node: &Node, sessions: &[SessionId]) -> Rung {
    let mut told = Rung::new();
    for session in sessions {
        if node.session(*session).await.is_open() {
            continue;
        }
        let events = node.store.events(TENANT, *session).await.unwrap();
        for rings in report::fold(&events).rings {
            let counts = [rings.offers, rings.declines, rings.misses, rings.undeliverable];
            for (sum, count) in told.entry(rings.agent).or_default().iter_mut().zip(counts) {
                *sum += u64::from(count);
            }
        }
    }
    told
}

/// What reports say, by line or for one agent alone.
async fn reported(
    node: &Node,
    by_agent: bool,
    agent: Option<AgentId>,
    service: Option<ServiceId>,
) -> Vec<(Option<AgentId>, u64, [u64; 4])> {
    let (from, until) = (Timestamp::MIN, Timestamp::MAX);
    let by = Grouping { agent: by_agent, ..Grouping::default() };
    let measures = Measures::new(by, &TimeZone::UTC, from, until, None);
    let span = Span { from, until, service, agent, channel: None };
    let measures = node.store.measure(TENANT, &span, measures).await.unwrap();
    let lines = measures.groups().into_iter().map(|(group, measure)| {
        let [offers, declines, misses, undeliverable, _] = measure.counts;
        (group.agent, measure.sessions, [offers, declines, misses, undeliverable])
    });
    lines.collect()
}

/// Reports say of rings what the events of these sessions say, which are all there are.
pub(super) async fn as_told_by_events(node: &Node, sessions: &[SessionId]) {
    let told = told(node, sessions).await;
    for service in [None, Some(ServiceId("support".to_owned()))] {
        let lines = reported(node, true, None, service.clone()).await;
        let mut of_agents = Rung::new();
        for (who, _, rung) in lines {
            match who {
                Some(who) => {
                    of_agents.insert(who, rung);
                }
                None => assert_eq!(rung, [0; 4], "nobody is rung"),
            }
        }
        of_agents.retain(|who, rung| told.contains_key(who) || *rung != [0; 4]);
        assert_eq!(of_agents, told);
        for (who, rung) in &told {
            let alone = reported(node, false, Some(*who), service.clone()).await;
            assert_eq!(alone.iter().map(|line| line.2).collect::<Vec<_>>(), [*rung]);
        }
        let mut whole = [0; 4];
        for rung in told.values() {
            whole = std::array::from_fn(|place| whole[place] + rung[place]);
        }
        let together = reported(node, false, None, service).await;
        assert_eq!(together.first().map_or([0; 4], |line| line.2), whole);
    }
}

/// Time passes until nobody answered.
async fn miss(node: &Node, invitation: InvitationId) {
    loop {
        let (due, next) = node.store.due_timers(TENANT, node.now(), 10).await.unwrap();
        let ring = due.iter().find(|due| due.timer.key == TimerKey::Ring(invitation));
        if let Some(ring) = ring {
            fire(node, ring.timer, ring.generation).await;
            return;
        }
        node.clock.pass(next.expect("its time comes").duration_since(node.now()));
    }
}

/// Two finished sessions, in which two agents were rung.
async fn history(node: &Node) -> [SessionId; 2] {
    node.install(2).await;
    // The first misses it, the second accepts it and has it at the end.
    let (taken, _) = node.write(READ, "grace", "Hello?").await;
    let first = node.offer(taken).await.expect("both are free");
    node.show(first).await;
    miss(node, first).await;
    while node.follow_up().await > 0 {}
    let second = node.offer(taken).await.expect("the other one is free");
    node.show(second).await;
    node.clock.pass(SignedDuration::from_secs(3));
    assert_eq!(node.act(second, agent(2), Action::Accept).await, ActResult::Done);
    assert_eq!(node.act(second, agent(2), Action::Terminate).await, ActResult::Done);
    assert_eq!(node.act(second, agent(2), Action::Finish).await, ActResult::Done);
    // Nobody has this one: its customer leaves while the first is rung again.
    let (left, _) = node.write(READ, "ada", "Hello?").await;
    let third = node.offer(left).await.expect("both are free again");
    node.show(third).await;
    node.clock.pass(SignedDuration::from_secs(3));
    node.reply(Command::CustomerLeft { session: left }).await;
    [taken, left]
}

pub(super) async fn rings_are_of_whoever_was_rung(place: Place) {
    let node = place.open().await;
    let sessions = history(&node).await;
    let lines =
        [(None, 1, [0; 4]), (Some(agent(1)), 0, [2, 0, 1, 0]), (Some(agent(2)), 1, [1, 0, 0, 0])];
    assert_eq!(reported(&node, true, None, None).await, lines);
    as_told_by_events(&node, &sessions).await;
    node.stop().await;
}

/// A migration takes what it can from the invitations.
pub(super) async fn rings_before_there_were_rows_of_them_are_found(place: Place) {
    let node = place.open().await;
    let sessions = history(&node).await;
    node.stop().await;
    place.back_to_intervals().await;
    place
        .sql(
            "DROP INDEX IF EXISTS report_measures; DROP TABLE agent_rings;
             ALTER TABLE session_report DROP COLUMN shared;
             ALTER TABLE session_report DROP COLUMN sla_seconds;
             DELETE FROM migration WHERE number >= 15;",
        )
        .await;
    // On SQLite it takes away the index that it makes anew.
    if place.url().is_none() {
        place.sql("CREATE INDEX report_measures ON session_report (tenant, service)").await;
    }
    let node = place.open().await;
    as_told_by_events(&node, &sessions).await;
    node.stop().await;
}
