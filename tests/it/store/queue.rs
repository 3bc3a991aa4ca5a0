//! Queues that several share: nobody is kept waiting by what others cannot get done.

use beckon::clock::Clock;
use beckon::engine::turn;
use beckon::store::{Class, Request};
use beckon_domain::agent::BotChannel;
use beckon_domain::command::{Command, Envelope, Reply};
use beckon_domain::ids::{CommandId, InvitationId, SessionId, TenantId};
use beckon_domain::session::Phase;
use jiff::SignedDuration;

use super::node::{Node, message};
use super::place::{OTHER, Place, READ, TENANT, agent};

const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// At how many agents a session rings.
async fn rings(node: &Node, session: SessionId) -> usize {
    match node.session(session).await.phase {
        Phase::Ringing { invitations } => invitations.len(),
        _ => 0,
    }
}

async fn reach(node: &Node, number: u128) {
    let reference = format!("ref-{number}");
    node.reply(Command::AgentReachable {
        agent: agent(number),
        reference,
        channel: BotChannel::Teams,
    })
    .await;
}

/// Carries out a command of any tenant.
async fn run(node: &Node, tenant: TenantId, command: Command) -> Reply {
    let id = CommandId(format!("new:{}", node.clock.new_id()));
    let request = Request::call(Envelope { tenant, id, command });
    let executed = node.store.execute(request).await.unwrap_or_else(|error| panic!("{error}"));
    executed.reply.expect("every command is answered")
}

/// Sessions of the other tenant that ring, each at an agent of its own.
async fn others_ring(node: &Node, count: u128) -> Vec<SessionId> {
    let mut sessions = Vec::new();
    for number in 1..=count {
        let reference = format!("other-{number}");
        run(
            node,
            OTHER,
            Command::AgentReachable { agent: agent(number), reference, channel: BotChannel::Teams },
        )
        .await;
        let session = SessionId(node.clock.new_id());
        run(node, OTHER, message(READ, &format!("other-{number}"), "Hello?", session)).await;
        let invitation = InvitationId(node.clock.new_id());
        let offered = run(node, OTHER, Command::Offer { session, invitation }).await;
        assert!(matches!(offered, Reply::Offered { rung: true, .. }), "{offered:?}");
        sessions.push(session);
    }
    sessions
}

pub(super) async fn an_agent_who_becomes_free_is_added_to_those_who_ring(mut place: Place) {
    place.ring_at_once(2);
    let node = place.open().await;
    let engine = place.engine(&node);
    reach(&node, 1).await;
    let (session, _) = node.write(READ, "grace", "Hello?").await;
    turn::offers(&engine, 10).await.unwrap();
    assert_eq!(rings(&node, session).await, 1, "nobody else is free");
    for _ in 0..2 {
        turn::offers(&engine, 10).await.unwrap();
        assert_eq!(rings(&node, session).await, 1, "nobody became free");
    }
    reach(&node, 2).await;
    turn::offers(&engine, 10).await.unwrap();
    assert_eq!(rings(&node, session).await, 2, "now somebody did");
    reach(&node, 3).await;
    turn::offers(&engine, 10).await.unwrap();
    assert_eq!(rings(&node, session).await, 2, "two at once, not three");
    node.stop().await;
}

pub(super) async fn who_waits_has_a_first_offer_before_others_have_a_second(mut place: Place) {
    place.ring_at_once(2);
    let node = place.open().await;
    let engine = place.engine(&node);
    reach(&node, 1).await;
    let (older, _) = node.write(READ, "grace", "Hello?").await;
    turn::offers(&engine, 10).await.unwrap();
    place.clock.pass(SignedDuration::from_secs(1));
    let (younger, _) = node.write(READ, "henry", "Hello?").await;
    reach(&node, 2).await;
    turn::offers(&engine, 10).await.unwrap();
    assert_eq!((rings(&node, older).await, rings(&node, younger).await), (1, 1));
    reach(&node, 3).await;
    turn::offers(&engine, 10).await.unwrap();
    let rung = (rings(&node, older).await, rings(&node, younger).await);
    assert!(rung == (2, 1) || place.is_shared() && rung == (1, 2), "oldest first: {rung:?}");
    node.stop().await;
}

pub(super) async fn nobody_waits_behind_those_whom_nobody_serves(mut place: Place) {
    place.configure(&[(OTHER, 0), (TENANT, 1)]);
    let node = place.open().await;
    let engine = place.engine(&node);
    for number in 0..4 {
        let new = SessionId(node.clock.new_id());
        run(&node, OTHER, message(READ, &format!("a{number}"), "Hello?", new)).await;
    }
    node.install(1).await;
    let (session, _) = node.write(READ, "grace", "Hello?").await;
    let (second, _) = node.write(READ, "henry", "Hello?").await;

    let whole = node.store.waiting(None, 10).await.unwrap();
    assert_eq!(whole.len(), 6);
    let mut paged = Vec::new();
    while let Ok(page) = node.store.waiting(paged.last(), 2).await
        && !page.is_empty()
    {
        paged.extend(page);
    }
    assert_eq!(paged, whole, "each of them once, in the same order");

    turn::offers(&engine, 2).await.unwrap();
    // On a database that several write to, offers that are made together may overtake each other.
    let rung = (rings(&node, session).await, rings(&node, second).await);
    assert!(rung == (1, 0) || place.is_shared() && rung == (0, 1), "{rung:?}");
    node.stop().await;
}

pub(super) async fn follow_ups_of_a_tenant_that_is_gone_hold_nobody_up(mut place: Place) {
    place.configure(&[(OTHER, 3), (TENANT, 1)]);
    let node = place.open().await;
    let sessions = others_ring(&node, 3).await;
    for number in 1..=3 {
        run(&node, OTHER, Command::AgentUnreachable { agent: agent(number), blocked: true }).await;
    }
    node.stop().await;

    place.configure(&[(TENANT, 1)]);
    let node = place.open().await;
    node.install(1).await;
    let (session, _) = node.write(READ, "grace", "Hello?").await;
    node.offer(session).await.expect("somebody is free");
    node.reply(Command::AgentUnreachable { agent: agent(1), blocked: true }).await;
    turn::follow_ups(&place.engine(&node), 2).await.unwrap();
    assert!(matches!(node.session(session).await.phase, Phase::Waiting { .. }));
    assert_eq!(node.store.follow_ups(0, 10).await.unwrap().len(), 3, "they rest");
    node.stop().await;

    place.configure(&[(OTHER, 3), (TENANT, 1)]);
    let node = place.open().await;
    turn::follow_ups(&place.engine(&node), 2).await.unwrap();
    for session in sessions {
        let session = node.store.session(OTHER, session).await.unwrap().unwrap();
        assert!(matches!(session.phase, Phase::Waiting { .. }), "{:?}", session.phase);
    }
    node.stop().await;
}

pub(super) async fn cards_of_a_tenant_that_is_gone_hold_nobody_up(mut place: Place) {
    place.configure(&[(OTHER, 2), (TENANT, 1)]);
    let node = place.open().await;
    others_ring(&node, 2).await;
    node.install(1).await;
    let (session, _) = node.write(READ, "grace", "Hello?").await;
    let invitation = node.offer(session).await.expect("somebody is free");
    let claim = async |tenants: &[TenantId]| {
        let (cards, _) = node
            .store
            .claim_cards(tenants, Class::Live, node.id, node.now(), LEASE, 2)
            .await
            .unwrap();
        cards
    };
    let ours = claim(&[TENANT]).await;
    assert_eq!(ours.iter().map(|card| card.invitation).collect::<Vec<_>>(), [invitation]);
    assert_eq!(claim(&[]).await, []);
    assert_eq!(claim(&[TENANT, OTHER]).await.len(), 2, "as many as were asked for");
    node.stop().await;
}
