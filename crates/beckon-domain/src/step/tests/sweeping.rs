//! The sweep (P6), workflows and outbound where the way matters, not only the outcome.

use jiff::SignedDuration;

use super::world::{World, agent};
use crate::command::{Action, Command, FlowStep, Reply};
use crate::ids::SessionId;
use crate::invitation::InvitationState;
use crate::outcome::Outcome;
use crate::session::{Customer, Phase};
use crate::step::Rejection;
use crate::timer::TimerKey;

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn sweep(world: &mut World, session: SessionId) -> Option<Outcome> {
    world.must(&Command::Sweep { session, threshold: DAY });
    world.outcome(session)
}

/// We write first, and wait for so many hours.
fn begun(new_session: SessionId, hours: i64) -> Command {
    Command::StartOutbound {
        account: "website".into(),
        customer: Customer { address: "grace".into(), name: None },
        text: "Your parcel is here.".to_owned(),
        new_session,
        window: SignedDuration::from_hours(hours),
    }
}

#[test]
fn the_sweep_touches_only_what_was_silent_for_the_whole_threshold() {
    let mut world = World::new(1);
    let (session, invitation) = world.connected();
    world.pass(DAY.as_secs() - 1);
    assert_eq!(sweep(&mut world, session), None);
    world.write("grace", "Still there?");
    world.pass(DAY.as_secs() - 1);
    assert_eq!(sweep(&mut world, session), None, "a message starts the threshold anew");
    let messages = world.messages.len();
    world.pass(1);
    assert_eq!(sweep(&mut world, session), Some(Outcome::StaleAfterUser));
    assert_eq!(world.messages.len(), messages + 1, "the closing line, for the customer's page");
    assert!(matches!(world.state(invitation), InvitationState::Stale { .. }));
    assert!(world.agents[&agent(1)].work.is_empty(), "no after-call work");
}

#[test]
fn the_sweep_leaves_after_call_work_and_the_queue_alone() {
    let mut world = World::new(1);
    let (ended, invitation) = world.connected();
    world.act(invitation, Action::Terminate);
    let waiting = world.write("alan", "Hello?");
    world.pass(DAY.as_secs());
    sweep(&mut world, ended);
    assert!(matches!(world.state(invitation), InvitationState::WrapUp { .. }));
    assert_eq!(sweep(&mut world, waiting), None, "governed by max wait");
    world.service.max_wait = None;
    assert_eq!(sweep(&mut world, waiting), Some(Outcome::StaleBeforeUser));
}

#[test]
fn the_sweep_leaves_what_we_began_to_its_own_window() {
    let mut world = World::new(1);
    let session = SessionId(world.fresh());
    world.must(&begun(session, 72));
    world.pass(2 * DAY.as_secs());
    assert_eq!(sweep(&mut world, session), None, "the customer has another day");
    let messages = world.messages.len();
    world.fire(TimerKey::Outbound(session));
    assert_eq!(world.outcome(session), Some(Outcome::OutboundNotAccepted));
    assert_eq!(world.messages.len(), messages, "nothing is said to one who did not answer");
}

#[test]
fn the_sweep_ends_what_we_began_once_it_was_somebodys() {
    let mut world = World::new(1);
    world.service.workflow = true;
    world.service.max_wait = None;
    let session = SessionId(world.fresh());
    world.must(&begun(session, 1));
    let invitation = crate::ids::InvitationId(world.fresh());
    world.must(&Command::StandbyAccepted { session, agent: agent(1), invitation });
    world.fire(TimerKey::Outbound(session));
    world.act(invitation, Action::HandBack);
    world.flow(session, FlowStep::LeftQueue);
    assert!(matches!(world.phase(session), Phase::Flow), "and no timer looks at it any more");
    world.pass(DAY.as_secs());
    assert_eq!(sweep(&mut world, session), Some(Outcome::StaleAfterUser));
}

#[test]
fn a_workflow_goes_its_own_way_until_an_agent_has_it() {
    let mut world = World::new(1);
    world.service.workflow = true;
    let session = world.write("grace", "Hello?");
    assert_eq!(world.sessions[&session].last_seq, 1, "no built-in greeting");
    world.flow(session, FlowStep::Queued);
    let invitation = world.ring(session);
    world.flow(session, FlowStep::LeftQueue);
    assert!(matches!(world.phase(session), Phase::Flow));
    assert!(matches!(world.state(invitation), InvitationState::CancelledSystem { .. }));
    assert_eq!(world.agents[&agent(1)].misses, 0);
    let queued_at = world.sessions[&session].queued_at;
    world.pass(60);
    world.flow(session, FlowStep::Queued);
    assert_eq!(world.sessions[&session].queued_at, queued_at, "its old place");
    let invitation = world.ring(session);
    world.act(invitation, Action::Accept);
    let before = world.sessions[&session].clone();
    for step in [FlowStep::Accepted, FlowStep::Queued, FlowStep::LeftQueue] {
        world.flow(session, step);
    }
    let how = crate::command::FlowEnd::Disconnected;
    world.flow(session, FlowStep::Ended { how });
    assert_eq!(world.sessions[&session], before, "the workflow is over");
}

#[test]
fn we_begin_only_where_nothing_is_open_and_wait_for_an_answer() {
    let mut world = World::new(1);
    let begin = |session| begun(session, 1);
    world.push = true;
    let session = SessionId(world.fresh());
    assert_eq!(world.must(&begin(session)), Reply::Stored { session, seq: 1 });
    assert_eq!(world.effects.len(), 1, "sent");
    let other = SessionId(world.fresh());
    assert_eq!(world.run(&begin(other)), Err(Rejection::SessionOpen));
    world.flow(session, FlowStep::Queued);
    assert!(matches!(world.phase(session), Phase::Flow), "nobody is rung before the answer");
    let lost = |session| {
        let (seq, reason, channel_gone) = (1, "422".to_owned(), false);
        Command::MessageUndelivered { session, seq, reason, channel_gone }
    };
    world.must(&lost(session));
    assert_eq!(world.outcome(session), Some(Outcome::OutboundNotAccepted));

    world.must(&begin(other));
    world.write("grace", "Thank you!");
    world.must(&lost(other));
    assert!(matches!(world.phase(other), Phase::Waiting { .. }), "too late: it was answered");
}

#[test]
fn nothing_is_begun_with_whom_the_block_list_names() {
    let mut world = World::new(1);
    world.blocked = vec!["grace".into()];
    let outbound = begun(SessionId(world.fresh()), 1);
    assert_eq!(world.run(&outbound), Err(Rejection::Blocked));
    assert!(world.sessions.is_empty() && world.messages.is_empty());
    world.blocked.clear();
    assert!(world.run(&outbound).is_ok());
}

#[test]
fn an_answer_that_comes_when_somebody_has_it_already_changes_only_who_began() {
    let mut world = World::new(1);
    let session = SessionId(world.fresh());
    world.must(&begun(session, 1));
    let invitation = crate::ids::InvitationId(world.fresh());
    world.must(&Command::StandbyAccepted { session, agent: agent(1), invitation });
    world.write("grace", "Thank you!");
    assert!(matches!(world.phase(session), Phase::Connected { .. }));
}
