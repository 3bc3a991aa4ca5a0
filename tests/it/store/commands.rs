//! Commands: one transaction each, durable when answered, once for each key.

use beckon_domain::command::{Command, Reply};
use beckon_domain::ids::{InvitationId, SessionId};
use beckon_domain::session::{Author, Customer, Origin, Phase};
use futures_util::future::join_all;
use jiff::SignedDuration;
use uuid::Uuid;

use super::node::message;
use super::place::{PUSHED, Place, READ, TENANT, agent};

fn id(number: u128) -> SessionId {
    SessionId(Uuid::from_u128(number))
}

pub(super) async fn a_command_is_durable_before_it_is_answered(place: Place) {
    let node = place.open().await;
    let (session, seq) = node.write(READ, "grace", "Hello?").await;
    assert_eq!(seq, 1);
    node.stop().await;

    let node = place.open().await;
    let row = node.session(session).await;
    assert!(matches!(row.phase, Phase::Waiting { .. }), "{:?}", row.phase);
    let messages = node.store.messages(TENANT, session, 0, 10).await.unwrap();
    let texts: Vec<&str> = messages.iter().map(|message| message.text.as_str()).collect();
    assert_eq!(texts, ["Hello?"]);
    assert_eq!(messages[0].from, Author::Customer);
    let events = node.store.events(TENANT, session).await.unwrap();
    let places: Vec<u64> = events.iter().map(|event| event.seq).collect();
    assert_eq!(places, [1, 2], "created and queued");
    node.stop().await;
}

pub(super) async fn the_same_key_twice_has_the_effect_of_once(place: Place) {
    let node = place.open().await;
    let first = node.run("message:1", message(READ, "grace", "one", id(1))).await.unwrap();
    // The repeat carries another new id, as one after a restart would.
    let second = node.run("message:1", message(READ, "grace", "one", id(2))).await.unwrap();
    assert!(!first.repeated && second.repeated);
    assert_eq!(first.reply, second.reply);
    assert_eq!(first.reply, Some(Reply::Stored { session: id(1), seq: 1 }));
    let messages = node.store.messages(TENANT, id(1), 0, 10).await.unwrap();
    assert_eq!(messages.len(), 1);
    assert!(node.store.session(TENANT, id(2)).await.unwrap().is_none());

    // Keys and addresses are anybody's bytes.
    let odd = "a\0b\u{1}'\"\\";
    let first = node.run(odd, message(READ, odd, "odd", id(3))).await.unwrap();
    let second = node.run(odd, message(READ, odd, "odd", id(4))).await.unwrap();
    assert!(second.repeated && first.reply == second.reply);
    let (read, newest) =
        node.store.customer_messages(TENANT, &READ.into(), &odd.into(), None, 10).await.unwrap();
    assert_eq!(read.len(), 1);
    assert_eq!(newest.map(|session| session.id), Some(id(3)));
    node.stop().await;
}

pub(super) async fn twins_under_way_hear_the_same(place: Place) {
    let node = place.open().await;
    node.write(READ, "grace", "first").await;
    for round in 0..10 {
        let key = format!("message:{round}");
        let twins = (0..4).map(|twin| {
            node.run(&key, message(READ, "grace", "twin", id(100 + 10 * round + twin)))
        });
        let answers = join_all(twins).await;
        let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
        assert!(answers.iter().all(|answer| answer.reply == answers[0].reply), "{answers:?}");
        assert_eq!(answers.iter().filter(|answer| !answer.repeated).count(), 1);
    }
    let (messages, _) = node
        .store
        .customer_messages(TENANT, &READ.into(), &"grace".into(), None, 99)
        .await
        .unwrap();
    let places: Vec<u64> = messages.iter().map(|read| read.message.seq).collect();
    assert_eq!(places, (1..=11).collect::<Vec<_>>(), "once each, without a gap");
    node.stop().await;
}

pub(super) async fn a_session_can_begin_with_one_agent_or_with_us(place: Place) {
    let node = place.open().await;
    node.install(2).await;
    let customer = |address: &str| Customer { address: address.into(), name: None };
    let invitation = InvitationId(Uuid::from_u128(9));
    let contact = Command::ContactAgent {
        account: READ.into(),
        customer: customer("ada"),
        text: "Is Agent 2 there?".to_owned(),
        parameters: beckon_domain::session::Parameters::new(),
        agent: agent(2),
        new_session: id(1),
        invitation,
    };
    assert_eq!(node.reply(contact).await, Reply::Stored { session: id(1), seq: 1 });
    let row = node.session(id(1)).await;
    assert_eq!(row.phase, Phase::Ringing { invitations: vec![invitation] });
    let card = node.store.card(TENANT, invitation).await.unwrap().expect("it is there");
    assert_eq!(card.agent.expect("they are known").id, agent(2), "whoever was idle for longer");

    let outbound = Command::StartOutbound {
        account: READ.into(),
        customer: customer("ben"),
        text: "May we ask you something?".to_owned(),
        new_session: id(2),
        window: jiff::SignedDuration::from_mins(30),
    };
    assert_eq!(node.reply(outbound).await, Reply::Stored { session: id(2), seq: 1 });
    assert_eq!(node.session(id(2)).await.origin, Origin::OutboundUnanswered);
    node.stop().await;
}

pub(super) async fn an_offer_can_be_repeated_while_it_rings(mut place: Place) {
    place.ring_at_once(2);
    let node = place.open().await;
    node.install(3).await;
    let (session, _) = node.write(READ, "grace", "Hello?").await;
    let rung = [node.offer(session).await, node.offer(session).await];
    let [Some(first), Some(second)] = rung else { panic!("two ring: {rung:?}") };
    assert_eq!(node.offer(session).await, None, "and no more");
    let row = node.session(session).await;
    assert_eq!(row.phase, Phase::Ringing { invitations: vec![first, second] });
    node.stop().await;
}

/// What is known of a newcomer is for those who come; whom we write to, we write to. Their last
/// session is not even looked at: here nobody could read it.
pub(super) async fn whom_we_write_to_is_not_asked_about(place: Place) {
    let node = place.open().await;
    node.install(1).await;
    let (last, ..) = node.connected(PUSHED, "grace").await;
    node.reply(Command::AdminEnd { session: last, audit: None }).await;
    place.sql("UPDATE session SET doc = '{}'").await;
    let begun = node.reply(Command::StartOutbound {
        account: PUSHED.into(),
        customer: Customer { address: "grace".into(), name: None },
        text: "Your parcel is here.".to_owned(),
        new_session: id(2),
        window: SignedDuration::from_hours(72),
    });
    assert!(matches!(begun.await, Reply::Stored { seq: 1, .. }));
    node.stop().await;
}
