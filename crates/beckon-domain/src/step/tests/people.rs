//! Who can be rung: reachability, duty, presence, flags, capacity (D1), and the customers who ask
//! for one agent (C5).

use jiff::SignedDuration;

use super::world::{World, agent};
use crate::agent::{Duty, NotSelectable, Presence};
use crate::command::{ActResult, Action, Command, FlagEnd, Reply};
use crate::event::{Event, EventKind};
use crate::ids::{InvitationId, SessionId};
use crate::invitation::{AgentResult, InvitationState};
use crate::session::{Customer, Phase};
use crate::timer::TimerKey;
use crate::wrap_up::Actor;

fn verdict(world: &World) -> Option<NotSelectable> {
    world.agents[&agent(1)].selectable(&world.service.distribution, world.now).err()
}

#[test]
fn selectable_is_derived_from_everything_at_once() {
    let mut world = World::new(1);
    let one = agent(1);
    assert_eq!(verdict(&world), None);
    for (presence, expected) in [
        (Presence::Busy, Some(NotSelectable::Absent)),
        (Presence::Away, Some(NotSelectable::Absent)),
        (Presence::DoNotDisturb, Some(NotSelectable::Absent)),
        (Presence::Offline, Some(NotSelectable::Absent)),
        (Presence::Available, None),
    ] {
        world.must(&Command::SetPresence { agent: one, presence });
        assert_eq!(verdict(&world), expected, "{presence:?}");
    }
    world.service.distribution.ring_busy = true;
    world.must(&Command::SetPresence { agent: one, presence: Presence::Busy });
    assert_eq!(verdict(&world), None, "Busy is a switch");
    world.must(&Command::SetDuty { agent: one, duty: Duty::Off });
    assert_eq!(verdict(&world), Some(NotSelectable::OffDuty));
    world.must(&Command::SetDuty { agent: one, duty: Duty::On });
    assert_eq!(verdict(&world), None);
    world.must(&Command::AgentUnreachable { agent: one, blocked: true });
    assert_eq!(verdict(&world), Some(NotSelectable::Unreachable));
}

#[test]
fn a_miss_flags_where_that_is_on_until_it_is_reset() {
    let one = agent(1);
    for reset in [
        Command::ResetRona { agent: one, by: None, flag: None },
        Command::SetPresence { agent: one, presence: Presence::Offline },
        Command::SetDuty { agent: one, duty: Duty::Off },
    ] {
        let mut world = World::new(1);
        world.service.distribution.rona = Some(SignedDuration::from_mins(10));
        let session = world.write("grace", "Hello?");
        let invitation = world.ring(session);
        world.fire(TimerKey::Ring(invitation));
        assert_eq!(verdict(&world), Some(NotSelectable::Rona));
        assert_eq!(world.offer(session), None);
        world.must(&reset);
        assert_ne!(verdict(&world), Some(NotSelectable::Rona));
    }

    let mut world = World::new(1);
    world.service.distribution.rona = Some(SignedDuration::from_mins(10));
    let session = world.write("grace", "Hello?");
    let invitation = world.ring(session);
    world.fire(TimerKey::Ring(invitation));
    world.fire(TimerKey::Rona(one));
    assert_eq!(verdict(&world), None, "by itself");
}

#[test]
fn a_decline_flags_only_where_that_is_on_too() {
    for (flag_declines, expected) in [(false, None), (true, Some(NotSelectable::Rona))] {
        let mut world = World::new(1);
        world.service.distribution.rona = Some(SignedDuration::from_mins(10));
        world.service.distribution.flag_declines = flag_declines;
        let session = world.write("grace", "Hello?");
        let invitation = world.ring(session);
        world.act(invitation, Action::Decline);
        assert_eq!(verdict(&world), expected);
    }
}

#[test]
fn going_off_duty_settles_each_session_by_a_command_of_its_own() {
    let mut world = World::new(1);
    world.service.distribution.capacity = 3;
    let [parked, connected, ringing] = ["a", "b", "c"].map(|who| world.write(who, "Hello?"));
    let first = world.ring(parked);
    world.act(first, Action::Accept);
    world.act(first, Action::Park);
    let second = world.ring(connected);
    world.act(second, Action::Accept);
    let third = world.ring(ringing);
    world.must(&Command::SetDuty { agent: agent(1), duty: Duty::Off });
    assert_eq!(world.state(first).result(), Some(AgentResult::ReturnedToQueue));
    assert!(matches!(world.phase(parked), Phase::Waiting { .. }));
    assert_eq!(world.state(third).result(), Some(AgentResult::CancelledSystem));
    assert!(matches!(world.phase(ringing), Phase::Waiting { .. }));
    assert!(matches!(world.phase(connected), Phase::Connected { .. }), "a talk stays");
    assert_eq!(world.agents[&agent(1)].misses, 0);
}

fn ask_for(world: &mut World, who: &str, one: u128) -> (SessionId, InvitationId) {
    let (new_session, invitation) = (SessionId(world.fresh()), InvitationId(world.fresh()));
    let command = Command::ContactAgent {
        account: "website".into(),
        customer: Customer { address: who.into(), name: None },
        text: "Is Ada there?".to_owned(),
        parameters: crate::session::Parameters::new(),
        agent: agent(one),
        new_session,
        invitation,
    };
    let Reply::Stored { session, .. } = world.must(&command) else { panic!() };
    (session, invitation)
}

#[test]
fn an_agent_who_is_asked_for_is_rung_and_not_blocked_by_it() {
    let mut world = World::new(1);
    let (session, invitation) = ask_for(&mut world, "grace", 1);
    assert!(world.sessions[&session].direct && world.report(session).direct);
    world.deliver(invitation);
    world.act(invitation, Action::Accept);
    let other = world.write("alan", "Hello?");
    assert!(world.offer(other).is_some(), "direct work does not block other tasks");
    for who in ["b", "c"] {
        let (_, direct) = ask_for(&mut world, who, 1);
        assert!(matches!(world.state(direct), InvitationState::Ringing { .. }));
    }
    let (waits, _) = ask_for(&mut world, "d", 1);
    assert!(matches!(world.phase(waits), Phase::Waiting { .. }), "three at most");
    assert_eq!(ask_for(&mut world, "d", 1).0, waits, "one open session per address");
}

#[test]
fn when_the_agent_who_is_asked_for_does_not_take_it_the_service_does() {
    let mut world = World::new(2);
    world.service.distribution.broadcast = 5;
    let (session, invitation) = ask_for(&mut world, "grace", 1);
    assert_eq!(world.offer(session), None, "nobody else is rung while they are");
    world.act(invitation, Action::Decline);
    let second = world.ring(session);
    assert_eq!(world.invitations[&second].agent, agent(2));
    let (missing, _) = ask_for(&mut world, "alan", 9);
    assert!(matches!(world.phase(missing), Phase::Waiting { .. }), "an unknown agent");
}

#[test]
fn whatever_an_agent_does_says_that_they_are_there() {
    let mut world = World::new(2);
    let (session, invitation) = world.connected();
    let missed = |world: &mut World, one| world.agents.get_mut(&agent(one)).unwrap().misses = 1;
    let target = crate::transfer::TransferTo::Outside {
        address: "x".to_owned(),
        mode: crate::transfer::TransferMode::Safe,
    };
    missed(&mut world, 1);
    world.transfer(invitation, target);
    assert_eq!(world.agents[&agent(1)].misses, 0);
    missed(&mut world, 2);
    let theirs = InvitationId(world.fresh());
    world.must(&Command::TakeOver { session, agent: agent(2), invitation: theirs });
    assert_eq!(world.agents[&agent(2)].misses, 0);
}

/// Somebody who missed an invitation and is flagged for it.
fn flagged() -> (World, SessionId, InvitationId) {
    let mut world = World::new(1);
    world.service.distribution.rona = Some(SignedDuration::from_mins(10));
    let session = world.write("grace", "Hello?");
    let invitation = world.ring(session);
    world.fire(TimerKey::Ring(invitation));
    (world, session, invitation)
}

fn by_herself(flag: InvitationId) -> Command {
    let by = Some(Actor::Agent { agent: agent(1) });
    Command::ResetRona { agent: agent(1), by, flag: Some(flag) }
}

#[test]
fn only_the_card_that_brought_the_flag_takes_it_away_and_only_once() {
    let (mut world, _, missed) = flagged();
    let other = InvitationId(world.fresh());
    let answer = |invitation, result| Reply::Acted { invitation, result };
    assert_eq!(world.must(&by_herself(other)), answer(other, ActResult::Unchanged));
    assert_eq!(verdict(&world), Some(NotSelectable::Rona));
    let wanted = |world: &World| world.invitations[&missed].card.wanted;
    let before = wanted(&world);
    assert_eq!(world.must(&by_herself(missed)), answer(missed, ActResult::Done));
    assert_eq!(verdict(&world), None);
    assert_eq!(wanted(&world), before + 1, "its button goes");

    // Flagged anew, the old card has nothing to say.
    let another = world.write("alan", "Hello?");
    let again = world.ring(another);
    world.fire(TimerKey::Ring(again));
    assert_eq!(world.must(&by_herself(missed)), answer(missed, ActResult::Unchanged));
    assert_eq!(verdict(&world), Some(NotSelectable::Rona));
    assert_eq!(wanted(&world), before + 1);
}

#[test]
fn however_a_flag_ends_its_session_knows_and_its_card_is_repainted() {
    let one = agent(1);
    let ada = Some(Actor::Agent { agent: one });
    let ends = [
        (
            FlagEnd::Reset { by: ada.clone() },
            Command::ResetRona { agent: one, by: ada, flag: None },
        ),
        (FlagEnd::OffDuty, Command::SetDuty { agent: one, duty: Duty::Off }),
        (FlagEnd::Offline, Command::SetPresence { agent: one, presence: Presence::Offline }),
    ];
    for (end, command) in ends {
        let (mut world, session, missed) = flagged();
        let before = world.invitations[&missed].card.wanted;
        world.must(&command);
        assert_eq!(unflagged(&world), [(session, end)]);
        assert_eq!(world.invitations[&missed].card.wanted, before + 1);
        world.must(&command);
        assert_eq!(unflagged(&world).len(), 1, "once");
    }
    let (mut world, session, _) = flagged();
    world.fire(TimerKey::Rona(one));
    assert_eq!(unflagged(&world), [(session, FlagEnd::Over)]);
}

#[test]
fn a_flag_that_a_later_miss_renews_is_the_later_cards_to_take_away() {
    let mut world = World::new(1);
    world.service.distribution.rona = Some(SignedDuration::from_mins(10));
    world.service.distribution.capacity = 2;
    let [first, second] = ["a", "b"].map(|who| world.write(who, "Hello?"));
    let [early, late] = [first, second].map(|session| world.ring(session));
    world.fire(TimerKey::Ring(early));
    world.fire(TimerKey::Ring(late));
    assert_eq!(unflagged(&world), [(first, FlagEnd::Renewed)]);
    assert_eq!(world.agents[&agent(1)].rona_for, Some(late));
}

/// Which flags ended, and how.
fn unflagged(world: &World) -> Vec<(SessionId, FlagEnd)> {
    let of = |(session, event): &(SessionId, Event)| match &event.kind {
        EventKind::AgentUnflagged { why, .. } => Some((*session, why.clone())),
        _ => None,
    };
    world.events.iter().filter_map(of).collect()
}
