//! Rooms that are made elsewhere (R2, I6): what their provider reports, in and out of time.

use super::world::{World, agent};
use crate::agent::BotChannel;
use crate::card::{CardCopy, CopyKind};
use crate::command::{Action, Command, NotSent, Reply, RoomReport, Written};
use crate::effect::{EffectBody, LaneKey, RoomAnswer, RoomTask};
use crate::event::EventKind;
use crate::invitation::{AgentResult, InvitationState};
use crate::outcome::Outcome;
use crate::room::{Provider, RoomState};
use crate::session::{Author, Phase};
use crate::timer::TimerKey;
use crate::transfer::TransferMode;

fn with_graph() -> World {
    let mut world = World::new(2);
    world.service.rooms.provider = Provider::Graph;
    world
}

fn opened() -> RoomReport {
    RoomReport::Opened { reference: "19:abc@thread.v2".to_owned() }
}

/// What waits in the lanes of rooms.
fn in_room(world: &World) -> Vec<EffectBody> {
    let rooms = world.effects.iter().filter(|row| matches!(row.lane, LaneKey::Room { .. }));
    rooms.map(|row| row.body.clone()).collect()
}

fn broken() -> String {
    "403".to_owned()
}

#[test]
fn a_room_elsewhere_is_wanted_made_used_and_closed() {
    let mut world = with_graph();
    let (session, invitation) = world.connected();
    let state = |world: &World| world.rooms[&session].state.name();
    assert_eq!((state(&world), world.rooms[&session].transcript), ("wanted", 2));
    world.room(session, RoomReport::Opening);
    assert_eq!(state(&world), "opening");
    world.write("grace", "Are you there?");
    world.room(session, opened());
    assert_eq!(state(&world), "open");
    let text = "Yes".to_owned();
    world.must(&Command::AgentMessage { session, agent: agent(1), text });
    let task = |task| EffectBody::Room { session, attempt: 1, task };
    let message = |seq| EffectBody::Message { session, seq };
    assert_eq!(
        in_room(&world),
        [task(RoomTask::Open), message(3), message(4)],
        "what was written before is the transcript; both sides' words queue behind the making"
    );
    let before = world.invitations[&invitation].card.wanted;
    assert_eq!(before, 3, "ringing, accepted, and the way into the room");
    world.act(invitation, Action::Terminate);
    assert_eq!(state(&world), "closing");
    assert_eq!(in_room(&world).last(), Some(&task(RoomTask::Close)));
    world.room(session, RoomReport::Closed);
    assert_eq!(state(&world), "closed");
}

#[test]
fn what_breaks_goes_on_in_the_console_where_that_is_wanted() {
    for lost in [false, true] {
        let mut world = with_graph();
        let (session, _) = world.connected();
        let reason = broken();
        if lost {
            world.room(session, opened());
            world.room(session, RoomReport::Lost { reason });
        } else {
            world.room(session, RoomReport::Failed { reason });
        }
        let room = &world.rooms[&session];
        assert_eq!((room.provider, room.state.name()), (Provider::Console, "open"));
        assert_eq!(room.attempt, 2, "news about the other one is too late");
        assert!(matches!(world.phase(session), Phase::Connected { .. }));
    }
}

#[test]
fn otherwise_the_session_goes_back_to_the_queue_and_nobody_is_blamed() {
    for lost in [false, true] {
        let mut world = with_graph();
        world.service.rooms.fallback = false;
        let (session, invitation) = world.connected();
        let reason = broken();
        if lost {
            world.room(session, opened());
            world.room(session, RoomReport::Lost { reason });
        } else {
            world.room(session, RoomReport::Failed { reason });
        }
        let expected = if lost { "lost" } else { "failed" };
        assert_eq!(world.rooms[&session].state.name(), expected);
        assert_eq!(world.state(invitation).result(), Some(AgentResult::Failed));
        assert!(matches!(world.phase(session), Phase::Waiting { .. }));
        assert_eq!(world.agents[&agent(1)].misses, 0);

        let next = world.ring(session);
        world.act(next, Action::Accept);
        let room = &world.rooms[&session];
        assert_eq!((room.attempt, room.state.name()), (2, "wanted"), "a new try");
    }
}

#[test]
fn late_news_changes_nothing() {
    let mut world = with_graph();
    world.service.rooms.fallback = false;
    let (session, invitation) = world.connected();
    world.room(session, RoomReport::Failed { reason: broken() });
    let next = world.ring(session);
    world.act(next, Action::Accept);
    let before = world.rooms[&session].clone();
    for report in [opened(), RoomReport::Failed { reason: broken() }, RoomReport::Closed] {
        world.must(&Command::Room { session, attempt: 1, report });
    }
    assert_eq!(world.rooms[&session], before, "news about the first try");
    assert!(matches!(world.state(next), InvitationState::Accepted { .. }));
    assert_eq!(world.state(invitation).result(), Some(AgentResult::Failed));
}

#[test]
fn the_end_while_a_room_opens_leaves_nothing_open() {
    let mut world = with_graph();
    let (session, _) = world.connected();
    world.room(session, RoomReport::Opening);
    world.must(&Command::CustomerLeft { session });
    assert_eq!(world.outcome(session), Some(Outcome::UserAccepted));
    assert!(matches!(world.rooms[&session].state, RoomState::Closing { .. }));
    world.room(session, opened());
    let room = &world.rooms[&session];
    assert!(matches!(room.state, RoomState::Closing { .. }) && room.reference.is_some());
    world.room(session, RoomReport::Closed);
    assert!(matches!(world.rooms[&session].state, RoomState::Closed { .. }));

    let (session, _) = world.connected();
    world.must(&Command::CustomerLeft { session });
    assert!(matches!(world.rooms[&session].state, RoomState::Closed { .. }), "nothing was begun");
}

#[test]
fn a_room_that_turns_up_after_the_end_is_closed_once() {
    let mut world = with_graph();
    let (session, _) = world.connected();
    world.must(&Command::CustomerLeft { session });
    world.room(session, opened());
    assert!(matches!(world.rooms[&session].state, RoomState::Closing { .. }));
    world.room(session, RoomReport::Closed);
    world.room(session, opened());
    assert!(matches!(world.rooms[&session].state, RoomState::Closed { .. }), "it is known");
}

/// An open room of Ada's, in a chat.
fn talking(world: &mut World) -> (crate::ids::SessionId, crate::ids::InvitationId) {
    let (session, invitation) = world.connected();
    world.room(session, RoomReport::Opening);
    let reference = "19:abc@thread.v2".to_owned();
    world.room(session, RoomReport::Created { reference, url: None });
    world.room(session, opened());
    (session, invitation)
}

fn say(world: &mut World, session: crate::ids::SessionId, who: u128) -> Reply {
    let (reference, text) = ("19:abc@thread.v2".to_owned(), "Hello".to_owned());
    world.must(&Command::RoomMessage {
        session,
        agent: agent(who),
        reference,
        text,
        written: Written::Text,
    })
}

#[test]
fn who_does_not_reach_the_customer_hears_why_and_it_is_kept_readable() {
    let mut world = with_graph();
    let (session, invitation) = talking(&mut world);
    assert!(matches!(say(&mut world, session, 1), Reply::Stored { seq: 3, .. }));
    let mut whys = Vec::new();
    let mut not_sent = |world: &mut World, who| match say(world, session, who) {
        Reply::NotSent { why } => whys.push(why),
        other => panic!("{other:?}"),
    };
    not_sent(&mut world, 2);
    world.act(invitation, Action::Park);
    not_sent(&mut world, 1);
    world.act(invitation, Action::Unpark);
    world.room(session, RoomReport::Lost { reason: broken() });
    not_sent(&mut world, 1);
    world.act(invitation, Action::Terminate);
    not_sent(&mut world, 1);
    let at = world.now;
    assert_eq!(
        whys,
        [NotSent::NotYours, NotSent::Parked, NotSent::Elsewhere, NotSent::Ended { at }]
    );
    let told = |body: &EffectBody| match body {
        EffectBody::Room {
            task: RoomTask::Answer { reference, answer: RoomAnswer::NotSent { why, word: None } },
            ..
        } if reference == "19:abc@thread.v2" => Some(*why),
        _ => None,
    };
    let answers: Vec<NotSent> = in_room(&world).iter().filter_map(told).collect();
    assert_eq!(answers, whys, "each is told, in the chat it was written in");
    for (_, event) in &world.events {
        let stored = serde_json::to_string(event).unwrap();
        assert_eq!(serde_json::from_str::<crate::event::Event>(&stored).unwrap(), *event);
    }
}

#[test]
fn a_supervisor_reaches_the_customer_where_the_agent_does_and_is_not_taken_for_them() {
    let mut world = with_graph();
    world.service.members = vec![agent(1)];
    world.service.supervisors = vec![agent(2)];
    let (session, invitation) = world.connected();
    world.room(session, opened());
    let before = world.sessions[&session].messages_out();
    assert!(matches!(say(&mut world, session, 2), Reply::Stored { seq: 3, .. }));
    let author = &world.messages.last().unwrap().1.from;
    assert_eq!(author, &Author::Agent { id: agent(2), name: "Ben".to_owned() });
    assert_eq!(world.sessions[&session].messages_out(), before + 1, "counted like an agent's");
    assert_eq!(world.sessions[&session].first_reply_at, None);
    say(&mut world, session, 1);
    assert_eq!(world.sessions[&session].first_reply_at, Some(world.now));
    let replied = |kind: &EventKind| matches!(kind, EventKind::AgentReplied { agent: who } if *who == agent(1));
    assert_eq!(world.events.iter().filter(|(_, event)| replied(&event.kind)).count(), 1);

    world.act(invitation, Action::Park);
    assert_eq!(say(&mut world, session, 2), Reply::NotSent { why: NotSent::Parked });
    world.act(invitation, Action::Unpark);
    world.service.supervisors.clear();
    assert_eq!(say(&mut world, session, 2), Reply::NotSent { why: NotSent::NotYours });
}

#[test]
fn a_supervisors_words_do_not_take_back_the_move_that_the_agent_let_rest() {
    for (number, outcome) in [(3, Outcome::UserTransferInternalFailed), (1, Outcome::UserAccepted)]
    {
        let mut world = World::new(3);
        world.service.rooms.provider = Provider::Graph;
        world.service.members = vec![agent(1), agent(2)];
        world.service.supervisors = vec![agent(3)];
        let (session, invitation) = world.connected();
        world.room(session, opened());
        let rings = world.transfer_to(invitation, agent(2), TransferMode::Safe);
        world.fire(TimerKey::Ring(rings));
        assert!(matches!(say(&mut world, session, number), Reply::Stored { .. }));
        world.must(&Command::CustomerLeft { session });
        assert_eq!(world.outcome(session), Some(outcome), "agent {number} wrote");
    }
}

#[test]
fn what_does_not_travel_is_told_with_what_to_do() {
    let mut world = with_graph();
    let (session, invitation) = talking(&mut world);
    let say = |world: &mut World, text: &str, written| {
        let (reference, text) = ("19:abc@thread.v2".to_owned(), text.to_owned());
        world.must(&Command::RoomMessage { session, agent: agent(1), reference, text, written })
    };
    let stored = say(&mut world, "With a picture", Written::WithFiles);
    assert!(matches!(stored, Reply::Stored { seq: 3, .. }), "{stored:?}");
    let (attachment, unknown) = (NotSent::Attachment, NotSent::UnknownCommand);
    assert_eq!(say(&mut world, "", Written::WithFiles), Reply::NotSent { why: attachment });
    assert_eq!(say(&mut world, "/foo", Written::UnknownCommand), Reply::NotSent { why: unknown });
    assert_eq!(say(&mut world, " ", Written::Text), Reply::NotSent { why: NotSent::Empty });
    world.must(&Command::RoomEdited { session, seq: 3, text: None });
    world.act(invitation, Action::Terminate);
    world.must(&Command::RoomEdited { session, seq: 3, text: Some("Late".to_owned()) });
    let answers: Vec<RoomAnswer> = in_room(&world)
        .into_iter()
        .filter_map(|body| match body {
            EffectBody::Room { task: RoomTask::Answer { answer, .. }, .. } => Some(answer),
            _ => None,
        })
        .collect();
    let not_sent =
        |why, word: Option<&str>| RoomAnswer::NotSent { why, word: word.map(str::to_owned) };
    assert_eq!(
        answers,
        [
            RoomAnswer::TextOnly,
            not_sent(attachment, None),
            not_sent(unknown, Some("/foo")),
            not_sent(NotSent::Empty, None),
            RoomAnswer::Kept,
        ],
        "and nothing about an edit after the end"
    );
}

#[test]
fn a_room_that_cannot_be_handed_on_is_made_anew() {
    let mut world = with_graph();
    let (session, invitation) = talking(&mut world);
    world.act(invitation, Action::HandBack);
    let next = world.ring(session);
    world.act(next, Action::Accept);
    let hand_over = RoomTask::HandOver { from: Some(agent(1)), to: agent(2) };
    assert!(in_room(&world).contains(&EffectBody::Room { session, attempt: 1, task: hand_over }));
    world.room(session, RoomReport::NotHandedOver { reason: broken() });
    let room = &world.rooms[&session];
    assert_eq!((room.attempt, room.state.name(), room.agent), (2, "wanted", Some(agent(2))));
    assert_eq!(room.transcript, world.sessions[&session].last_seq, "all of it is told again");
    let reference = "19:abc@thread.v2".to_owned();
    let abandoned = RoomTask::Abandon { reference };
    assert!(in_room(&world).contains(&EffectBody::Room { session, attempt: 1, task: abandoned }));
}

#[test]
fn the_agents_own_channel_decides_who_keeps_the_room() {
    let mut world = with_graph();
    let meet = |world: &mut World, number, channel| {
        let reference = "r".to_owned();
        world.must(&Command::AgentReachable { agent: agent(number), reference, channel });
    };
    meet(&mut world, 1, BotChannel::Other);
    let (session, invitation) = world.connected();
    assert_eq!(world.rooms[&session].provider, Provider::Connector);
    world.room(session, RoomReport::Opening);
    world.room(session, opened());

    // The next agent is in Teams and cannot be taken in: they get a room there, and nobody can be
    // taken out of the one before.
    world.act(invitation, Action::HandBack);
    let next = world.ring(session);
    world.act(next, Action::Accept);
    world.room(session, RoomReport::NotHandedOver { reason: broken() });
    let room = &world.rooms[&session];
    assert_eq!((room.provider, room.attempt), (Provider::Graph, 2));
    let abandoned =
        |body: &EffectBody| matches!(body, EffectBody::Room { task: RoomTask::Abandon { .. }, .. });
    assert!(!in_room(&world).iter().any(abandoned));
}

#[test]
fn a_control_card_is_known_though_its_invitation_ended_while_it_was_posted() {
    let mut world = with_graph();
    let (session, invitation) = world.connected();
    world.room(session, RoomReport::Opening);
    world.act(invitation, Action::HandBack);
    let copy = CardCopy {
        conversation: "19:abc@thread.v2".to_owned(),
        activity: "1700000000000".to_owned(),
        shown: 1,
        kind: CopyKind::Control,
    };
    world.room(session, RoomReport::Introduced { invitation, copy: copy.clone() });
    let card = &world.invitations[&invitation].card;
    assert!(card.copies.contains(&copy) && card.is_dirty(), "it is repainted: {card:?}");
}

#[test]
fn an_agent_who_was_stored_before_channels_were_kept_is_in_teams() {
    let world = with_graph();
    let mut row = serde_json::to_value(&world.agents[&agent(1)]).unwrap();
    row.as_object_mut().unwrap().remove("channel").unwrap();
    let row: crate::agent::Agent = serde_json::from_value(row).unwrap();
    assert_eq!(row.channel, BotChannel::Teams);
}

#[test]
fn what_was_typed_in_vain_is_kept_though_it_changes_nothing() {
    let mut world = with_graph();
    let (session, _) = world.connected();
    for attempt in [0, 1] {
        let room = world.rooms[&session].clone();
        let report = RoomReport::Heard;
        let reply = world.must(&Command::Room { session, attempt, report });
        assert_eq!(reply, Reply::Heard, "whichever room it was typed in");
        assert_eq!(world.rooms[&session], room);
    }
}

#[test]
fn what_was_posted_last_is_known_by_its_places_in_the_lane() {
    let mut world = with_graph();
    let (session, _) = world.connected();
    world.room(session, RoomReport::Opening);
    world.room(session, opened());
    world.room(session, RoomReport::Posted { post: "1".to_owned(), places: vec![4, 6] });
    let room = &world.rooms[&session];
    assert_eq!((&room.posted, room.interrupted), (&vec![4, 6], false));
    world.room(session, RoomReport::Answered { post: "2".to_owned(), places: vec![7] });
    let room = &world.rooms[&session];
    assert_eq!((&room.posted, room.interrupted), (&vec![7], true));
    assert_eq!(room.last_post.as_deref(), Some("2"));
}
