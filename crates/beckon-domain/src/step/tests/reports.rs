//! What the report says, on a session that had everything.

use jiff::SignedDuration;

use super::world::{World, agent};
use crate::command::{Action, Command, FlowStep};
use crate::outcome::{EndedBy, Outcome};
use crate::report::{Counts, Rings, Sums, fold, within_sla};
use crate::timer::TimerKey;
use crate::transfer::TransferMode;

#[test]
fn the_report_says_when_how_often_and_how_long() {
    let mut world = World::new(3);
    world.service.workflow = true;
    let session = world.write("grace", "Hello?");
    world.pass(5);
    world.flow(session, FlowStep::Queued);
    world.pass(10);
    let declined = world.ring(session);
    world.act(declined, Action::Decline);
    let missed = world.ring(session);
    world.fire(TimerKey::Ring(missed));
    let first = world.ring(session);
    world.pass(3);
    world.act(first, Action::Accept);
    world.pass(7);
    let text = "Hi".to_owned();
    world.must(&Command::AgentMessage { session, agent: agent(3), text });
    world.act(first, Action::Park);
    world.pass(20);
    let second = world.transfer_to(first, agent(1), TransferMode::Safe);
    world.act(second, Action::Accept);
    world.pass(40);
    world.act(second, Action::Park);
    world.pass(2);
    world.write("grace", "Thank you!");
    world.act(second, Action::Terminate);
    world.pass(11);
    world.act(second, Action::Finish);

    let report = world.report(session);
    assert_eq!(report.outcome, Some(Outcome::UserTransferInternalOk));
    assert_eq!(report.ended_by, Some(EndedBy::User));
    assert!(!report.direct && !report.stale());
    let seconds = SignedDuration::from_secs;
    assert_eq!(
        report.sums,
        Sums {
            workflow: seconds(5),
            queue: seconds(10 + 30 + 3),
            ringing: seconds(30 + 3),
            connected: seconds(7 + 20 + 40 + 2),
            parked: seconds(20 + 2),
            wrap_up: seconds(11),
        }
    );
    let rung = |number, offers, declines, misses| Rings {
        agent: agent(number),
        offers,
        declines,
        misses,
        undeliverable: 0,
    };
    // The first one declined, and took it over from the third.
    assert_eq!(report.rings, [rung(1, 2, 1, 0), rung(2, 1, 0, 1), rung(3, 1, 0, 0)]);
    assert_eq!(
        report.counts,
        Counts {
            offers: 4,
            declines: 1,
            misses: 1,
            undeliverable: 0,
            transfers: 1,
            messages_in: 2,
            messages_out: 2,
            messages_undelivered: 0,
        }
    );
    let times = &report.times;
    let after =
        |at: Option<jiff::Timestamp>| at.unwrap().duration_since(times.created.unwrap()).as_secs();
    assert_eq!(after(times.queued), 5);
    assert_eq!(after(times.first_offer), 15);
    assert_eq!(after(times.first_connect), 48);
    assert_eq!(after(times.first_agent_reply), 55);
    assert_eq!(after(times.ended), 117);
    assert_eq!(after(times.wrap_up_ended), 128);
}

#[test]
fn a_session_keeps_what_was_agreed_on_when_it_ended() {
    let mut world = World::new(1);
    let session = world.write("grace", "Hello?");
    world.service.sla_seconds = 45;
    assert_eq!(world.report(session).sla_seconds, None, "it is open");
    world.must(&Command::CustomerLeft { session });
    world.service.sla_seconds = 60;
    assert_eq!(world.report(session).sla_seconds, Some(45));

    let session = world.write("ada", "Hello?");
    world.configured = false;
    world.must(&Command::CustomerLeft { session });
    let usual = crate::settings::USUAL_SLA_SECONDS;
    assert_eq!(world.report(session).sla_seconds, Some(usual), "its service is gone");
}

#[test]
fn a_wait_is_judged_in_whole_milliseconds_and_the_agreed_time_is_within_it() {
    let judged = |micros| within_sla(SignedDuration::from_micros(micros), 20);
    assert_eq!([0, 20_000_000, 20_000_999].map(judged), [true; 3]);
    assert!(!judged(20_001_000));
    assert!(!within_sla(SignedDuration::MAX, u32::MAX), "an age is too long");
}

#[test]
fn a_clock_that_goes_back_takes_no_time() {
    use crate::event::{Event, EventKind};
    let told = [
        (10, EventKind::SessionCreated),
        (20, EventKind::SessionQueued),
        (15, EventKind::SessionDequeued),
        (21, EventKind::SessionQueued),
    ];
    let at = |second| jiff::Timestamp::from_second(second).unwrap();
    let events = (1..).zip(told).map(|(seq, (second, kind))| Event { seq, at: at(second), kind });
    let report = fold(&events.collect::<Vec<_>>());
    let seconds = SignedDuration::from_secs;
    assert_eq!((report.sums.workflow, report.sums.queue), (seconds(11), seconds(0)));
}

#[test]
fn a_stale_session_is_told_apart() {
    let mut world = World::new(1);
    world.service.workflow = true;
    let session = world.write("grace", "Hello?");
    world.pass(3600);
    world.must(&Command::Sweep { session, threshold: SignedDuration::from_hours(1) });
    assert!(world.report(session).stale());
    assert_eq!(fold(&[]), crate::report::Report::default(), "nothing happened");
}
