//! Lanes: order of commit, one node at a time, fenced by the epoch.

use beckon::store::{Class, LaneClaim, OutboxEntry, Request, Settled, Settlement};
use beckon_domain::command::{Action, Command};
use beckon_domain::effect::{EffectBody, LaneKey, Notice};
use beckon_domain::ids::SessionId;
use jiff::SignedDuration;

use super::node::{Node, envelope};
use super::place::{PUSHED, Place, TENANT};

const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// A lease that is over when it is given.
const NONE: SignedDuration = SignedDuration::ZERO;

/// A conversation on the pushed account in which the agent wrote these.
async fn spoken(node: &Node, texts: &[&str]) -> SessionId {
    node.install(1).await;
    let (session, _, agent) = node.connected(PUSHED, "+41791234567").await;
    for text in texts {
        let text = (*text).to_owned();
        node.reply(Command::AgentMessage { session, agent, text }).await;
    }
    session
}

async fn claim(node: &Node, lease: SignedDuration) -> Vec<LaneClaim> {
    node.store.claim_lanes(Class::Live, node.id, node.now(), lease, 10).await.unwrap().0
}

async fn head(node: &Node, claim: &LaneClaim) -> Vec<OutboxEntry> {
    node.store.lane_head(claim, 10).await.unwrap()
}

fn texts(head: &[OutboxEntry]) -> Vec<&str> {
    head.iter().map(|entry| entry.message.as_ref().expect("its message").text.as_str()).collect()
}

async fn settle(node: &Node, claim: &LaneClaim, settlement: Settlement) -> Settled {
    node.store.settle(claim, settlement, node.now(), LEASE).await.unwrap()
}

pub(super) async fn a_lane_gives_what_was_committed_in_its_order(place: Place) {
    let node = place.open().await;
    spoken(&node, &["one", "two", "three"]).await;
    let claims = claim(&node, LEASE).await;
    let [lane] = &claims[..] else { panic!("one lane has something: {claims:?}") };
    let customer = LaneKey::Customer { account: PUSHED.into(), address: "+41791234567".into() };
    assert_eq!((&lane.lane, lane.tenant, lane.epoch), (&customer, TENANT, 1));

    let entries = head(&node, lane).await;
    assert_eq!(texts(&entries), ["one", "two", "three"]);
    assert!(entries.is_sorted_by_key(|entry| entry.pos));
    assert!(entries.iter().all(|entry| entry.attempts == 0 && !entry.dead));

    // What is claimed is nobody else's, and nothing else is there to wait for.
    let (others, next) =
        node.store.claim_lanes(Class::Live, node.id, node.now(), LEASE, 10).await.unwrap();
    assert_eq!(others, []);
    assert!(next.is_none_or(|next| next > node.now()));

    assert_eq!(
        settle(&node, lane, Settlement::Sent { through: entries[1].pos }).await,
        Settled::More
    );
    assert_eq!(texts(&head(&node, lane).await), ["three"]);
    assert_eq!(
        settle(&node, lane, Settlement::Sent { through: entries[2].pos }).await,
        Settled::Ended
    );
    assert_eq!(claim(&node, LEASE).await, []);
    node.stop().await;
}

pub(super) async fn reports_of_a_lost_claim_count_for_nothing(place: Place) {
    let node = place.open().await;
    spoken(&node, &["one", "two"]).await;
    let first = claim(&node, NONE).await.remove(0);
    let entries = head(&node, &first).await;
    let second = claim(&node, LEASE).await.remove(0);
    assert_eq!(second.epoch, first.epoch + 1);
    for settlement in [
        Settlement::Sent { through: entries[1].pos },
        Settlement::Dead { pos: entries[0].pos, error: "late".to_owned() },
    ] {
        assert_eq!(settle(&node, &first, settlement).await, Settled::Lost);
    }
    assert_eq!(texts(&head(&node, &second).await), ["one", "two"]);
    assert_eq!(
        settle(&node, &second, Settlement::Sent { through: entries[1].pos }).await,
        Settled::Ended
    );
    // A claim that ended is lost too: what comes into the lane later is not its to settle.
    assert_eq!(
        settle(&node, &second, Settlement::Sent { through: u64::from(u32::MAX) }).await,
        Settled::Lost
    );
    node.stop().await;
}

pub(super) async fn a_claim_is_extended_while_nobody_else_has_the_lane(place: Place) {
    let node = place.open().await;
    spoken(&node, &["one"]).await;
    let renew = async |claim| node.store.renew_lane(claim, node.now(), LEASE).await.unwrap();
    let first = claim(&node, NONE).await.remove(0);
    assert!(renew(&first).await, "it ran out, and nobody came");
    assert_eq!(claim(&node, LEASE).await, [], "it runs again");
    assert!(node.store.renew_lane(&first, node.now(), NONE).await.unwrap());
    let second = claim(&node, LEASE).await.remove(0);
    assert!(!renew(&first).await, "another claim followed");
    assert!(renew(&second).await);
    let pos = head(&node, &second).await[0].pos;
    assert_eq!(settle(&node, &second, Settlement::Sent { through: pos }).await, Settled::Ended);
    assert!(!renew(&second).await, "it has ended");
    assert_eq!(claim(&node, LEASE).await, []);
    node.stop().await;
}

pub(super) async fn a_lane_rests_until_its_next_try(place: Place) {
    let node = place.open().await;
    let session = spoken(&node, &["one"]).await;
    let first = claim(&node, LEASE).await.remove(0);
    let entry = head(&node, &first).await.remove(0);
    let at = node.now().saturating_add(SignedDuration::from_secs(8)).unwrap();
    let (pos, through) = (entry.pos, entry.pos);
    let later = |counted| Settlement::Retry { pos, through, at, error: "5\0x".into(), counted };
    assert_eq!(settle(&node, &first, later(true)).await, Settled::Ended);

    // A further message waits behind the one that rests.
    let agent = super::place::agent(1);
    node.reply(Command::AgentMessage { session, agent, text: "two".to_owned() }).await;
    let (claims, next) =
        node.store.claim_lanes(Class::Live, node.id, node.now(), LEASE, 10).await.unwrap();
    assert_eq!((claims, next), (vec![], Some(at)));
    place.clock.pass(SignedDuration::from_secs(8));
    let second = claim(&node, LEASE).await.remove(0);
    let entries = head(&node, &second).await;
    assert_eq!(texts(&entries), ["one", "two"]);
    assert_eq!((entries[0].attempts, entries[0].error.as_deref()), (1, Some("5\0x")));
    let uncounted = settle(&node, &second, later(false)).await;
    assert_eq!(uncounted, Settled::Ended);
    let third = claim(&node, LEASE).await.remove(0);
    assert_eq!(head(&node, &third).await[0].attempts, 1);
    node.stop().await;
}

pub(super) async fn what_is_given_up_blocks_nobody_and_can_come_back(place: Place) {
    let node = place.open().await;
    spoken(&node, &["one", "two"]).await;
    let lane = claim(&node, LEASE).await.remove(0);
    let entries = head(&node, &lane).await;
    let dead = Settlement::Dead { pos: entries[0].pos, error: "410".to_owned() };
    assert_eq!(settle(&node, &lane, dead).await, Settled::More);
    assert_eq!(texts(&head(&node, &lane).await), ["two"]);
    let sent = Settlement::Sent { through: entries[1].pos };
    assert_eq!(settle(&node, &lane, sent).await, Settled::Ended);

    let store = &node.store;
    let list = store.outbox(0, true, 10).await.unwrap();
    assert_eq!(texts(&list), ["one"]);
    assert_eq!((list[0].dead, list[0].error.as_deref()), (true, Some("410")));
    assert_eq!(store.gauges(node.now()).await.unwrap().dead_effects, 1);

    let pos = list[0].pos;
    assert!(store.outbox_retry(pos, node.now()).await.unwrap());
    assert!(!store.outbox_retry(pos, node.now()).await.unwrap(), "it is no longer given up");
    assert!(!store.outbox_drop(pos).await.unwrap(), "only what was given up is thrown away");
    let lane = claim(&node, LEASE).await.remove(0);
    let entries = head(&node, &lane).await;
    assert_eq!((texts(&entries), entries[0].attempts), (vec!["one"], 0));
    let dead = Settlement::Dead { pos, error: "410".to_owned() };
    assert_eq!(settle(&node, &lane, dead).await, Settled::Ended);
    assert!(store.outbox_drop(pos).await.unwrap());
    assert_eq!(store.outbox(0, false, 10).await.unwrap(), []);
    node.stop().await;
}

pub(super) async fn a_node_that_stops_gives_back_what_it_had(place: Place) {
    let node = place.open().await;
    spoken(&node, &["one"]).await;
    let (lane, store) = (claim(&node, LEASE).await.remove(0), &node.store);
    assert!(store.lease("upkeep", node.id, node.now(), LEASE).await.unwrap());
    store.release(node.id).await.unwrap();
    assert_eq!(settle(&node, &lane, Settlement::Sent { through: 1 }).await, Settled::Lost);
    let other = beckon::store::NodeId(uuid::Uuid::from_u128(9));
    assert!(store.lease("upkeep", other, node.now(), LEASE).await.unwrap());
    let again =
        store.claim_lanes(Class::Live, other, node.now(), LEASE, 10).await.unwrap().0.remove(0);
    assert_eq!((again.epoch, head(&node, &again).await[0].attempts), (2, 0));
    node.stop().await;
}

pub(super) async fn a_lease_has_one_holder(place: Place) {
    let node = place.open().await;
    let [one, two] = [1, 2].map(|id| beckon::store::NodeId(uuid::Uuid::from_u128(id)));
    let take =
        async |node_id, span| node.store.lease("upkeep", node_id, node.now(), span).await.unwrap();
    assert!(take(one, LEASE).await && take(one, LEASE).await, "the holder extends it");
    assert!(!take(two, LEASE).await, "nobody else has it");
    assert!(node.store.lease("other", two, node.now(), LEASE).await.unwrap(), "by its name");
    assert!(take(one, NONE).await);
    assert!(take(two, LEASE).await, "it ran out");
    assert!(!take(one, LEASE).await);
    node.stop().await;
}

pub(super) async fn the_same_notice_is_in_the_outbox_once(place: Place) {
    let node = place.open().await;
    node.install(1).await;
    let (session, invitation, agent) = node.connected(PUSHED, "grace").await;
    node.act(invitation, agent, Action::Terminate).await;
    let ends = |entry: &&OutboxEntry| match &entry.effect.body {
        EffectBody::Notice { notice, .. } => matches!(notice, Notice::SessionEnded { .. }),
        EffectBody::Message { .. } | EffectBody::Room { .. } => false,
    };
    let list = node.store.outbox(0, false, 10).await.unwrap();
    assert_eq!(list.iter().filter(ends).count(), 1);
    let notice = list.iter().find(ends).unwrap();
    assert_eq!(notice.effect.lane, LaneKey::Notice { session });
    assert!(notice.effect.unique.is_some());
    // Ended once more, by somebody else: nothing is added.
    let request = Request::call(envelope("admin:1", Command::AdminEnd { session, audit: None }))
        .of_class(Class::Maintenance);
    assert_eq!(request.class, Class::Maintenance);
    node.store.execute(request).await.unwrap();
    assert_eq!(node.store.outbox(0, false, 10).await.unwrap(), list);
    node.stop().await;
}
