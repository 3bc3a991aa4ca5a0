use beckon_domain::command::Surface;
use beckon_domain::ids::InvitationId;

use super::IntervalKind::{Acw, Connected, Parked, Ringing};
use super::*;

fn id(number: u128) -> InvitationId {
    InvitationId(Uuid::from_u128(number))
}

fn agent(number: u128) -> AgentId {
    AgentId(Uuid::from_u128(number))
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn events(told: Vec<(i64, EventKind)>) -> Vec<Event> {
    (1..).zip(told).map(|(seq, (second, kind))| Event { seq, at: at(second), kind }).collect()
}

fn offered(number: u128) -> EventKind {
    let passed_over = Vec::new();
    EventKind::InvitationOffered { invitation: id(number), agent: agent(number), passed_over }
}

fn accepted(number: u128) -> EventKind {
    EventKind::InvitationAccepted { invitation: id(number), surface: Surface::Card }
}

fn ended() -> EventKind {
    let (outcome, by) = (Outcome::UserAccepted, EndedBy::User);
    EventKind::SessionEnded { outcome, by, messages_in: 1, messages_out: 2, sla_seconds: 30 }
}

/// As (agent, kind, from, to), in seconds.
fn told(events: &[Event]) -> Vec<(u128, IntervalKind, i64, i64)> {
    let second = |at: Timestamp| at.as_second() - 1_800_000_000;
    intervals(events)
        .iter()
        .map(|row| (row.agent.0.as_u128(), row.kind, second(row.from), second(row.to)))
        .collect()
}

#[test]
fn agents_are_rung_have_it_set_it_aside_and_work_after_it() {
    let told = told(&events(vec![
        (0, EventKind::SessionCreated),
        (1, offered(1)),
        (2, offered(2)),
        (5, EventKind::InvitationDeclined { invitation: id(1), surface: Surface::Card }),
        (9, accepted(2)),
        (20, EventKind::SessionParked),
        (30, EventKind::SessionUnparked),
        (40, EventKind::TakenOver { invitation: id(3), by: agent(3) }),
        (60, ended()),
        (75, EventKind::InvitationConcluded { invitation: id(3), early: false }),
    ]));
    assert_eq!(
        told,
        [
            (1, Ringing, 1, 5),
            (2, Ringing, 2, 9),
            (2, Connected, 9, 20),
            (2, Parked, 20, 30),
            (2, Connected, 30, 40),
            (3, Connected, 40, 60),
            (3, Acw, 60, 75),
        ]
    );
}

#[test]
fn a_clock_that_goes_back_makes_no_interval_of_less_than_nothing() {
    let told = told(&events(vec![
        (10, offered(1)),
        (8, accepted(1)),
        (9, EventKind::SessionRequeued),
        (12, offered(2)),
        (13, ended()),
    ]));
    assert_eq!(told, [], "what does not end, or has no length, is none");
}

#[test]
fn who_rings_together_is_counted_once() {
    let missed = |number| EventKind::InvitationMissed { invitation: id(number) };
    let events = events(vec![
        (0, offered(1)),
        (5, offered(2)),
        (10, missed(1)),
        (20, missed(2)),
        (30, offered(3)),
        (31, missed(3)),
    ]);
    assert_eq!(intervals::anybody_rung(&events), SignedDuration::from_secs(21));
}

#[test]
fn columns_read_back_as_the_row_that_was_written() {
    let row = SessionReport {
        session: SessionId(Uuid::from_u128(7)),
        service: ServiceId("support".to_owned()),
        account: AccountId("website".to_owned()),
        channel: Channel::WhatsApp,
        agent: Some(agent(1)),
        outcome: Outcome::StaleAfterUser,
        ended_by: EndedBy::Sweep,
        direct: true,
        accepted: Some(at(1)),
        times: Times {
            created: Some(at(0)),
            queued: Some(at(2)),
            first_offer: Some(at(3)),
            first_connect: Some(at(4)),
            first_agent_reply: Some(at(5)),
            ended: Some(at(6)),
            wrap_up_ended: Some(at(7)),
        },
        counts: Counts {
            offers: 1,
            declines: 2,
            misses: 3,
            undeliverable: 4,
            transfers: 5,
            messages_in: 6,
            messages_out: 7,
            messages_undelivered: 8,
        },
        sums: Sums {
            workflow: SignedDuration::from_millis(1),
            queue: SignedDuration::from_millis(2),
            connected: SignedDuration::from_millis(3),
            parked: SignedDuration::from_millis(4),
            wrap_up: SignedDuration::from_millis(5),
        },
        codes: Codes {
            codes: Some("billing".to_owned()),
            codes2: None,
            tags: vec!["vip".to_owned(), "too late".to_owned()],
        },
        codes_missing: true,
        shared: true,
        sla_seconds: 45,
        ringing: SignedDuration::from_millis(6),
    };
    let columns = row.columns().unwrap();
    assert_eq!((columns.numbers[0], columns.numbers[1]), (Some(22), Some(1)), "id and group");
    let others = 6 + columns.said.len();
    assert_eq!(columns.numbers.len(), report_columns!().split(',').count() - others);
    assert_eq!(SessionReport::from_columns(columns).unwrap(), row);
}
