//! The shapes that are kept in a database. A change here is a change of what older rows look like:
//! bridge it with `#[serde(default)]`, or raise the format number of the store's documents.

use serde_json::{Value, json, to_value};

use super::any::{About, command as any_command};
use super::outcomes::reach;
use super::world::{World, agent};
use crate::command::{Action, Command, CommandKind, Reply};
use crate::session::Phase;

#[test]
fn rows_are_stored_as_they_were() {
    let mut world = World::new(1);
    let (session, invitation) = world.connected();
    let id = |number: u128| json!(uuid::Uuid::from_u128(number));
    let (session_id, invitation_id) = (id(1001), id(1002));
    assert_eq!(
        to_value(&world.sessions[&session]).unwrap(),
        json!({
            "id": session_id,
            "service": "support",
            "account": "website",
            "channel": "api",
            "customer": { "address": "grace", "name": "Grace Hopper" },
            "created_at": "2027-01-15T08:00:01Z",
            "queued_at": "2027-01-15T08:00:01Z",
            "entered_queue_at": "2027-01-15T08:00:01Z",
            "accepted": true,
            "attended_by": "agent",
            "first_reply_at": null,
            "direct": false,
            "origin": "customer",
            "transfer": null,
            "last_activity_at": "2027-01-15T08:00:01Z",
            "last_customer_at": "2027-01-15T08:00:01Z",
            "reminded": false,
            "warned_at": null,
            "phase": {
                "phase": "connected",
                "invitation": invitation_id,
                "agent": id(1),
                "since": "2027-01-15T08:00:01Z",
            },
            "tried": [],
            "rounds": 0,
            "last_seq": 2,
            "messages_in": 1,
            "last_event": 6,
        })
    );
    assert_eq!(
        to_value(&world.agents[&agent(1)]).unwrap(),
        json!({
            "id": id(1),
            "name": "Ada",
            "bot": { "status": "active", "reference": "" },
            "channel": "teams",
            "duty": "on",
            "presence": "available",
            "misses": 0,
            "rona_until": null,
            "work": [
                { "session": session_id, "invitation": invitation_id, "kind": "connected" }
            ],
            "idle_since": "2027-01-15T08:00:00Z",
        })
    );

    world.act(invitation, Action::Terminate);
    assert_eq!(
        to_value(&world.invitations[&invitation]).unwrap(),
        json!({
            "id": invitation_id,
            "session": session_id,
            "agent": id(1),
            "service": { "id": "support", "name": "Support" },
            "offered_at": "2027-01-15T08:00:01Z",
            "state": {
                "state": "wrap_up",
                "ended": {
                    "accepted_at": "2027-01-15T08:00:01Z",
                    "ended_at": "2027-01-15T08:00:01Z",
                    "outcome": "user_accepted",
                    "by": "user",
                },
                "until": "2027-01-15T08:00:21Z",
            },
            "card": {
                "wanted": 3,
                "shown": 1,
                "copies": [
                    { "conversation": "a:1", "activity": format!("m-{invitation}"), "shown": 1,
                      "kind": "invitation" }
                ],
                "not_before": "2027-01-15T08:00:02Z",
                "failures": 0,
            },
        })
    );
}

#[test]
fn rooms_are_stored_as_they_were() {
    let mut world = World::new(1);
    let (session, _) = world.connected();
    let id = |number: u128| json!(uuid::Uuid::from_u128(number));
    assert_eq!(
        to_value(&world.rooms[&session]).unwrap(),
        json!({
            "session": session,
            "name": "Support \u{a6} Grace Hopper",
            "provider": "console",
            "state": { "state": "open", "at": "2027-01-15T08:00:01Z" },
            "attempt": 1,
            "reference": null,
            "transcript": 2,
            "agent": id(1),
            "url": null,
            "made": "nothing",
            "last_post": null,
            "since": "2027-01-15T08:00:01Z",
        })
    );
}

#[test]
fn messages_events_and_replies_are_stored_as_they_were() {
    let mut world = World::new(1);
    let (session, _) = world.connected();
    let text = "Hi".to_owned();
    let reply = world.run(&Command::AgentMessage { session, agent: agent(1), text }).unwrap();
    assert_eq!(
        to_value(&reply).unwrap(),
        json!({ "reply": "stored", "session": session, "seq": 3 })
    );
    assert_eq!(
        to_value(Reply::Offered { rung: false, anybody_free: true }).unwrap(),
        json!({ "reply": "offered", "rung": false, "anybody_free": true })
    );
    let messages: Vec<Value> =
        world.messages.iter().map(|(_, row)| to_value(row).unwrap()).collect();
    assert_eq!(
        messages[0],
        json!({
            "seq": 1,
            "at": "2027-01-15T08:00:01Z",
            "from": { "from": "customer" },
            "text": "Hello?",
        })
    );
    assert_eq!(messages[1]["from"], json!({ "from": "system" }));
    assert_eq!(messages[2]["from"], json!({ "from": "agent", "id": agent(1), "name": "Ada" }));
    let events: Vec<Value> = world.events.iter().map(|(_, row)| to_value(row).unwrap()).collect();
    assert_eq!(
        events[2],
        json!({
            "seq": 3,
            "at": "2027-01-15T08:00:01Z",
            "event": "invitation_offered",
            "invitation": uuid::Uuid::from_u128(1002),
            "agent": agent(1),
            "passed_over": [],
        })
    );
}

#[test]
fn commands_are_stored_for_later() {
    let (session, invitation) = (json!(uuid::Uuid::from_u128(1)), json!(uuid::Uuid::from_u128(2)));
    for (command, stored) in [
        (
            Command::WithdrawInvitation {
                invitation: crate::ids::InvitationId(uuid::Uuid::from_u128(2)),
                reason: crate::command::Withdrawal::BotRemoved,
            },
            json!({
                "command": "withdraw_invitation",
                "invitation": invitation,
                "reason": "bot_removed",
            }),
        ),
        (
            Command::Timer(crate::timer::Timer {
                key: crate::timer::TimerKey::MaxWait(crate::ids::SessionId(uuid::Uuid::from_u128(
                    1,
                ))),
                due: "2027-01-15T08:00:00Z".parse().unwrap(),
            }),
            json!({
                "command": "timer",
                "key": { "kind": "max_wait", "target": session },
                "due": "2027-01-15T08:00:00Z",
            }),
        ),
    ] {
        assert_eq!(to_value(&command).unwrap(), stored);
        assert_eq!(serde_json::from_value::<Command>(stored).unwrap(), command);
    }
}

/// Each row as the first version wrote it.
#[test]
fn rows_of_older_versions_are_still_read() {
    let (id, at) = (json!(uuid::Uuid::from_u128(2)), "2027-01-15T08:00:01Z");
    let ringing = json!({ "phase": "ringing", "invitation": id, "agent": id });
    let phase: Phase = serde_json::from_value(ringing).unwrap();
    assert_eq!(to_value(&phase).unwrap(), json!({ "phase": "ringing", "invitations": [id] }));
    assert_eq!(serde_json::from_value::<Phase>(to_value(&phase).unwrap()).unwrap(), phase);

    let session = json!({
        "id": id, "service": "support", "account": "website", "channel": "api",
        "customer": { "address": "grace", "name": null },
        "created_at": at, "queued_at": at, "last_activity_at": at,
        "phase": { "phase": "waiting", "retry_at": null },
        "tried": [], "rounds": 0, "last_seq": 2, "last_event": 3,
    });
    let session: crate::session::Session = serde_json::from_value(session).unwrap();
    assert!(session.accepted, "by the built-in flow, the only one there was");

    let agent = json!({
        "id": id, "name": "Ada", "bot": { "status": "active", "reference": "" }, "misses": 0,
        "work": [{ "session": id, "invitation": id, "kind": "connected" }], "idle_since": at,
    });
    let agent: crate::agent::Agent = serde_json::from_value(agent).unwrap();
    assert_eq!(agent.duty, crate::agent::Duty::On);

    let event = json!({
        "seq": 9, "at": at, "event": "session_ended", "outcome": "user_accepted", "by": "user",
    });
    let event: crate::event::Event = serde_json::from_value(event).unwrap();
    let report = crate::report::fold(&[event]);
    assert_eq!(report.sla_seconds, Some(20), "reports took that before it could be set");

    let state = json!({ "state": "accepted", "at": at });
    let state: crate::invitation::InvitationState = serde_json::from_value(state).unwrap();
    assert!(matches!(state, crate::invitation::InvitationState::Accepted { parked: false, .. }));

    let invitation = json!({
        "id": id, "session": id, "agent": id, "offered_at": at, "state": { "state": "declined", "at": at },
        "card": { "wanted": 1, "shown": 1, "copies": [], "not_before": null, "failures": 0 },
    });
    let invitation: crate::invitation::Invitation = serde_json::from_value(invitation).unwrap();
    assert_eq!(invitation.service, None);

    let room = json!({
        "session": id, "name": "Support", "provider": "console",
        "state": { "state": "open", "at": at },
    });
    let room: crate::room::Room = serde_json::from_value(room).unwrap();
    assert_eq!(room.attempt, 0);
    let event = json!({
        "seq": 1, "at": at, "event": "session_ended", "outcome": "user_accepted", "by": "user",
    });
    assert!(serde_json::from_value::<crate::event::Event>(event).is_ok());
}

fn reads_back<T>(row: &T)
where
    T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let stored = serde_json::to_string(row).unwrap();
    assert_eq!(&serde_json::from_str::<T>(&stored).unwrap(), row, "{stored}");
}

#[test]
fn every_command_can_be_kept_for_later() {
    let id = uuid::Uuid::from_u128;
    let about = About {
        customer: "grace".to_owned(),
        session: crate::ids::SessionId(id(1)),
        invitation: crate::ids::InvitationId(id(2)),
        agent: agent(1),
        other: agent(2),
        attempt: 3,
        new_session: crate::ids::SessionId(id(4)),
        new_invitation: crate::ids::InvitationId(id(5)),
        now: "2027-01-15T08:00:00Z".parse().unwrap(),
    };
    for kind in CommandKind::ALL {
        reads_back(&any_command(*kind, &about));
    }
}

#[test]
fn every_row_on_the_way_to_every_outcome_reads_back() {
    for outcome in crate::outcome::Outcome::ALL {
        let mut world = World::new(3);
        (world.push, world.notify) = (true, true);
        reach(outcome, &mut world);
        world.sessions.values().for_each(reads_back);
        world.invitations.values().for_each(reads_back);
        world.agents.values().for_each(reads_back);
        world.rooms.values().for_each(reads_back);
        world.messages.iter().for_each(|row| reads_back(&row.1));
        world.events.iter().for_each(|row| reads_back(&row.1));
        for effect in &world.effects {
            reads_back(&effect.body);
            assert_eq!(effect.lane.stored().parse().as_ref(), Ok(&effect.lane));
        }
        assert!(!world.effects.is_empty());
    }
}
