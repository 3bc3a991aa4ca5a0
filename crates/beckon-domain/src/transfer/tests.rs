//! For whom the note of a move is.

use serde_json::{from_value, to_value};

use crate::command::{Action, Command};
use crate::ids::{InvitationId, SessionId};
use crate::step::tests::world::{World, agent};
use crate::transfer::{Transfer, TransferMode, TransferTo};

const NOTE: &str = "She has called twice.";

fn noted(world: &mut World, invitation: InvitationId, target: TransferTo) {
    let (agent, note) = (world.invitations[&invitation].agent, Some(NOTE.to_owned()));
    world.must(&Command::Transfer { invitation, agent, target, note });
}

fn reads(world: &World, session: SessionId, invitation: InvitationId) -> Option<&str> {
    world.sessions[&session].note_for(&world.invitations[&invitation])
}

#[test]
fn whoever_is_asked_reads_the_note_and_goes_on_reading_it_until_after_the_end() {
    for mode in [TransferMode::Blind, TransferMode::Safe] {
        let mut world = World::new(2);
        let (session, first) = world.connected();
        let second = InvitationId(world.fresh());
        let target = TransferTo::Agent { agent: agent(2), invitation: second, mode };
        noted(&mut world, first, target);
        world.deliver(second);
        assert_eq!(reads(&world, session, second), Some(NOTE), "{mode:?}");
        assert_eq!(reads(&world, session, first), None, "who wrote it knows it");
        for action in [Action::Accept, Action::Park, Action::Unpark, Action::Terminate] {
            world.act(second, action);
            assert_eq!(reads(&world, session, second), Some(NOTE), "{mode:?} {action:?}");
            assert_eq!(reads(&world, session, first), None);
        }
    }
}

#[test]
fn of_a_move_to_a_service_it_is_for_whoever_takes_it_there() {
    let mut world = World::new(2);
    let (session, first) = world.connected();
    noted(&mut world, first, TransferTo::Service { service: "billing".into() });
    let second = world.ring(session);
    assert_eq!(world.invitations[&second].agent, agent(2));
    assert_eq!(reads(&world, session, second), Some(NOTE));
    world.act(second, Action::Accept);
    assert_eq!(reads(&world, session, second), Some(NOTE));
    assert_eq!(reads(&world, session, first), None);
    world.act(second, Action::HandBack);
    assert_eq!(reads(&world, session, second), None, "it is nobody's any more");
}

#[test]
fn a_note_that_was_declined_is_read_no_more() {
    let mut world = World::new(2);
    let (session, first) = world.connected();
    let second = InvitationId(world.fresh());
    let mode = TransferMode::Blind;
    noted(&mut world, first, TransferTo::Agent { agent: agent(2), invitation: second, mode });
    world.deliver(second);
    world.act(second, Action::Decline);
    assert_eq!(reads(&world, session, second), None);
}

#[test]
fn a_row_from_before_notes_were_kept_is_read_and_one_without_a_note_is_as_it_was() {
    let mut world = World::new(2);
    let (session, first) = world.connected();
    world.transfer_to(first, agent(2), TransferMode::Safe);
    let row = world.sessions[&session].transfer.clone().unwrap();
    let stored = to_value(&row).unwrap();
    assert!(stored.get("note").is_none(), "{stored}");
    assert_eq!(from_value::<Transfer>(stored).unwrap(), row);
}
