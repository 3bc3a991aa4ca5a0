//! What the sweep leaves to be sent waits for what people wait for (P6, rule 9).

use std::collections::{BTreeMap, BTreeSet};
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use beckon::engine::{CardSender, Delivery, EffectSender, Senders, Sent, Stop};
use beckon::store::{CardRows, Class, LaneClaim, OutboxEntry};
use beckon_domain::card::{CardCopy, CopyKind};
use beckon_domain::command::{Action, Command, Reply};
use beckon_domain::effect::LaneKey;
use beckon_domain::ids::{Address, InvitationId, SessionId, TenantId};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use super::node::Node;
use super::place::{PUSHED, Place, READ, TENANT};

const DAY: SignedDuration = SignedDuration::from_hours(24);
const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// More than there are slots of all classes together.
const SILENT: usize = 100;
/// Slots of what nobody waits for.
const SLOTS: usize = 32;

async fn sweep(node: &Node, session: SessionId) {
    let reply = node.reply(Command::Sweep { session, threshold: DAY }).await;
    assert!(matches!(reply, Reply::Ended { .. }), "{reply:?}");
}

async fn cards(node: &Node, class: Class) -> Vec<InvitationId> {
    let claim = node.store.claim_cards(&[TENANT], class, node.id, node.now(), LEASE, 10);
    claim.await.unwrap().0.iter().map(|card| card.invitation).collect()
}

async fn lanes(node: &Node, class: Class) -> Vec<LaneClaim> {
    node.store.claim_lanes(class, node.id, node.now(), LEASE, 10).await.unwrap().0
}

pub(super) async fn what_the_sweep_left_is_claimed_apart(place: Place) {
    let node = place.open().await;
    node.install(2).await;
    let (silent, swept, _) = node.connected(PUSHED, "ada").await;
    node.show(swept).await;
    let (live, _) = node.write(READ, "ben", "Hello?").await;
    node.clock.pass(DAY);
    node.write(READ, "ben", "Hello again?").await;
    sweep(&node, silent).await;
    let offered = node.offer(live).await.expect("somebody is free");

    assert_eq!(cards(&node, Class::Live).await, [offered]);
    assert_eq!(cards(&node, Class::Maintenance).await, [swept]);
    let claims = lanes(&node, Class::Maintenance).await;
    let customer = LaneKey::Customer { account: PUSHED.into(), address: "ada".into() };
    assert!(claims.iter().any(|claim| claim.lane == customer), "the closing line: {claims:?}");
    assert!(claims.iter().any(|claim| claim.lane == LaneKey::Notice { session: silent }));
    assert_eq!(lanes(&node, Class::Live).await, []);
    node.stop().await;
}

/// Somebody begins to wait in a lane of the sweep: then all of it is waited for. What the sweep puts
/// behind somebody changes nothing for them.
pub(super) async fn a_lane_in_which_somebody_waits_is_live(place: Place) {
    let node = place.open().await;
    node.install(2).await;
    let (first, ..) = node.connected(PUSHED, "ada").await;
    let (second, _, agent) = node.connected(PUSHED, "ben").await;
    let text = "Hi".to_owned();
    node.reply(Command::AgentMessage { session: second, agent, text }).await;
    node.clock.pass(DAY);
    for session in [first, second] {
        sweep(&node, session).await;
    }
    let (session, _, agent) = node.connected(PUSHED, "ada").await;
    let text = "Here I am".to_owned();
    node.reply(Command::AgentMessage { session, agent, text }).await;

    let customer = |address: &str| LaneKey::Customer {
        account: PUSHED.into(),
        address: Address(address.to_owned()),
    };
    let live: Vec<LaneKey> =
        lanes(&node, Class::Live).await.into_iter().map(|claim| claim.lane).collect();
    assert!(live.contains(&customer("ada")) && live.contains(&customer("ben")), "{live:?}");
    assert!(lanes(&node, Class::Maintenance).await.iter().all(|claim| !live.contains(&claim.lane)));
    node.stop().await;
}

/// A platform that lets nothing through of what nobody waits for.
struct Shut {
    /// How many quiet cards and pushes wait, and which live ones went through.
    seen: watch::Sender<Seen>,
}

#[derive(Clone, Debug, Default)]
struct Seen {
    held_cards: usize,
    held_pushes: usize,
    cards: BTreeMap<Address, InvitationId>,
    pushes: BTreeSet<Address>,
}

#[async_trait]
impl CardSender for Shut {
    async fn send(&self, _tenant: TenantId, rows: &CardRows, _now: Timestamp) -> Vec<Delivery> {
        if rows.session.ended_quietly() {
            self.seen.send_modify(|seen| seen.held_cards += 1);
            return pending().await;
        }
        let card = &rows.invitation;
        let customer = rows.session.customer.address.clone();
        self.seen.send_modify(|seen| {
            seen.cards.insert(customer, card.id);
        });
        vec![Delivery::Shown(CardCopy {
            conversation: "a:1".to_owned(),
            activity: format!("m-{}", card.id),
            shown: card.card.wanted,
            kind: CopyKind::Invitation,
        })]
    }
}

#[async_trait]
impl EffectSender for Shut {
    async fn send(&self, claim: &LaneClaim, _batch: &[OutboxEntry]) -> Sent {
        match &claim.lane {
            LaneKey::Customer { address, .. } if address.as_str().starts_with("live") => {
                self.seen.send_modify(|seen| {
                    seen.pushes.insert(address.clone());
                });
                Sent::Delivered
            }
            _ => {
                self.seen.send_modify(|seen| seen.held_pushes += 1);
                pending().await
            }
        }
    }
}

/// Waits until the platform has seen this.
async fn until(seen: &mut watch::Receiver<Seen>, what: impl FnMut(&Seen) -> bool) -> Seen {
    let waited = tokio::time::timeout(Duration::from_secs(30), seen.wait_for(what)).await;
    let found = waited.ok().map(|found| found.expect("the platform is there").clone());
    found.unwrap_or_else(|| panic!("no more than this: {:?}", *seen.borrow()))
}

pub(super) async fn live_work_leaves_though_the_whole_sweep_waits_for_ever(mut place: Place) {
    place.configure(&[(TENANT, SILENT as u128 + 2)]);
    let node = place.open().await;
    node.install(SILENT as u128 + 2).await;
    let mut silent = Vec::new();
    for number in 0..SILENT {
        let (session, invitation, _) = node.connected(PUSHED, &format!("silent-{number}")).await;
        node.show(invitation).await;
        silent.push(session);
    }
    node.clock.pass(DAY);
    join_all(silent.iter().map(|session| sweep(&node, *session))).await;

    let shut = Arc::new(Shut { seen: watch::Sender::new(Seen::default()) });
    let mut seen = shut.seen.subscribe();
    let (engine, tasks, stop) = (place.engine(&node), TaskTracker::new(), Stop::default());
    let senders = Senders { cards: Arc::clone(&shut) as _, effects: Arc::clone(&shut) as _ };
    engine.start(senders, &tasks, &stop);
    let full = |seen: &Seen| seen.held_cards == SLOTS && seen.held_pushes == SLOTS;
    until(&mut seen, full).await;

    for number in 0..3 {
        let address = Address(format!("live-{number}"));
        let (session, _) = node.write(PUSHED, address.as_str(), "Hello?").await;
        let rings = |seen: &Seen| seen.cards.contains_key(&address);
        let invitation = until(&mut seen, rings).await.cards[&address];
        let row = node.store.card(TENANT, invitation).await.unwrap().unwrap();
        let agent = row.invitation.agent;
        node.act(invitation, agent, Action::Accept).await;
        let text = "Hi".to_owned();
        node.reply(Command::AgentMessage { session, agent, text }).await;
        let pushed = |seen: &Seen| seen.pushes.contains(&address);
        until(&mut seen, pushed).await;
    }
    let at_last = shut.seen.borrow().clone();
    assert_eq!((at_last.held_cards, at_last.held_pushes), (SLOTS, SLOTS), "half of it, no more");
    stop.gently.cancel();
    stop.at_once.cancel();
    tasks.close();
    tasks.wait().await;
    node.stop().await;
}
