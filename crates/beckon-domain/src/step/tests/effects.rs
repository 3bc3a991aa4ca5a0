//! What a command lets happen outside, and what comes of it there.

use super::world::{World, agent};
use crate::command::{Action, CardFailure, Command, Withdrawal};
use crate::effect::{EffectBody, LaneKey, Notice, NoticeKind};
use crate::event::EventKind;
use crate::outcome::{EndedBy, Outcome};
use crate::session::Phase;

#[test]
fn what_the_customer_should_read_is_pushed_where_the_channel_has_a_webhook() {
    let mut world = World::new(1);
    world.connected();
    assert_eq!(world.effects, [], "no webhook: the customer's side reads the messages");

    let mut world = World::new(1);
    world.push = true;
    let (session, invitation) = world.connected();
    let text = "Hi".to_owned();
    world.run(&Command::AgentMessage { session, agent: agent(1), text }).unwrap();
    world.write("grace", "Hello!");
    world.act(invitation, Action::Terminate);
    let sent: Vec<u64> = world
        .effects
        .iter()
        .map(|effect| {
            assert_eq!(effect.lane.stored(), "customer/website/grace");
            assert_eq!((&effect.unique, effect.not_after), (&None, None));
            match effect.body {
                EffectBody::Message { session: of, seq } if of == session => seq,
                ref other => panic!("{other:?}"),
            }
        })
        .collect();
    assert_eq!(sent, [2, 3, 5], "greeting, the agent's word, closing line");
}

#[test]
fn a_tenant_that_wants_notices_hears_of_the_end_and_of_what_could_not_be_delivered() {
    let mut world = World::new(1);
    world.notify = true;
    let session = world.write("grace", "Hello?");
    let invitation = world.ring(session);
    let reason = Withdrawal::BotRemoved;
    world.run(&Command::WithdrawInvitation { invitation, reason }).unwrap();
    world.run(&Command::AdminEnd { session, audit: None }).unwrap();
    let notices: Vec<_> = world
        .effects
        .iter()
        .map(|effect| {
            assert_eq!(effect.lane, LaneKey::Notice { session });
            assert!(effect.not_after.unwrap() > world.now);
            let EffectBody::Notice { notice, .. } = &effect.body else { panic!("{effect:?}") };
            (effect.unique.as_deref().unwrap(), notice.clone())
        })
        .collect();
    let reason = "the bot was removed while it rang".to_owned();
    assert_eq!(
        notices,
        [
            (
                "invitation_undeliverable/5",
                Notice::InvitationUndeliverable { invitation, agent: agent(1), reason }
            ),
            (
                "session_ended/7",
                Notice::SessionEnded { outcome: Outcome::AdminTerminated, by: EndedBy::Admin }
            ),
        ]
    );
}

#[test]
fn what_did_not_arrive_is_an_event_even_after_the_end() {
    let mut world = World::new(1);
    let session = world.write("grace", "Hello?");
    world.run(&Command::AdminEnd { session, audit: None }).unwrap();
    let reason = "410".to_owned();
    world
        .run(&Command::MessageUndelivered {
            session,
            seq: 2,
            reason: reason.clone(),
            channel_gone: false,
        })
        .unwrap();
    let kind = NoticeKind::SessionEnded;
    world.run(&Command::NoticeDropped { session, kind, reason: reason.clone() }).unwrap();
    let [.., (_, message), (_, notice)] = &world.events[..] else { panic!("two events") };
    assert_eq!(message.kind, EventKind::MessageUndelivered { message: 2, reason: reason.clone() });
    assert_eq!(notice.kind, EventKind::NoticeDropped { kind, reason });
}

#[test]
fn losing_the_bot_withdraws_what_rings_by_a_command_of_its_own() {
    let mut world = World::new(2);
    let session = world.write("grace", "Hello?");
    let invitation = world.ring(session);
    world.run(&Command::AgentUnreachable { agent: agent(1), blocked: true }).unwrap();
    assert!(matches!(world.phase(session), Phase::Waiting { .. }));
    assert!(world.agents[&agent(1)].work.is_empty());
    let before = world.events.len();
    let reason = Withdrawal::BotRemoved;
    world.run(&Command::WithdrawInvitation { invitation, reason }).unwrap();
    assert_eq!(world.events.len(), before, "twice is once");
}

#[test]
fn a_bot_that_proves_gone_withdraws_the_other_rings_and_not_its_own() {
    let mut world = World::new(1);
    world.service.distribution.capacity = 2;
    let sessions = ["grace", "alan"].map(|who| world.write(who, "Hello?"));
    let [first, second] = sessions.map(|session| world.offer(session).unwrap());
    let failure = CardFailure::Unreachable { blocked: true, reason: "403".to_owned() };
    world.fail(first, failure);
    let reason = Withdrawal::BotRemoved;
    assert_eq!(world.follow_ups, [Command::WithdrawInvitation { invitation: second, reason }]);
    for session in sessions {
        assert!(matches!(world.phase(session), Phase::Waiting { .. }));
    }
}
