//! What has to be true after every history, and at every moment of it: the rules of
//! ARCHITECTURE.md, looked at from outside.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use beckon_domain::agent::WorkKind;
use beckon_domain::command::{Action, Reply};
use beckon_domain::event::{Event, EventKind};
use beckon_domain::ids::{InvitationId, SessionId};
use beckon_domain::invitation::InvitationState;
use beckon_domain::outcome::Outcome;
use beckon_domain::session::{Author, Message, Phase, Session};

use super::history::{ADDRESSES, AGENTS, Ledger};
use super::node::Node;
use super::place::{PUSHED, TENANT, agent};
use super::{reports, rings, states};

/// Looks at the agents' inboxes again and again: each is one state of the database, and no state
/// may break a rule.
pub(super) async fn watch(node: Arc<Node>) {
    loop {
        for number in 1..=AGENTS {
            let Ok(inbox) = node.store.inbox(TENANT, agent(number), 50).await else { continue };
            let work = inbox.agent.map(|agent| agent.work).unwrap_or_default();
            let wraps_up = work.iter().filter(|work| work.kind == WorkKind::WrapUp).count();
            assert!(work.len() - wraps_up <= 1, "an agent has one thing in hand: {work:?}");
            for rows in inbox.entries {
                let kind = match rows.invitation.state {
                    InvitationState::Ringing { .. } => Some(WorkKind::Ringing),
                    InvitationState::Accepted { .. } => Some(WorkKind::Connected),
                    InvitationState::WrapUp { .. } => Some(WorkKind::WrapUp),
                    _ => None,
                };
                let id = rows.invitation.id;
                let known = work.iter().find(|work| work.invitation == id);
                assert_eq!(known.map(|work| work.kind), kind, "{:?}", rows.invitation);
                let live = matches!(kind, Some(WorkKind::Ringing | WorkKind::Connected));
                let asked_back = rows.session.comes_back_to(rows.invitation.agent);
                assert!(!live || wraps_up == 0 || asked_back, "after-call work blocks: {work:?}");
                assert_eq!(
                    rows.session.phase.invitations().contains(&id),
                    live,
                    "{:?}",
                    rows.session
                );
            }
        }
        tokio::task::yield_now().await;
    }
}

/// Judges the end of a history.
pub(super) async fn judge(node: &Node, ledger: &Ledger) {
    let mut sessions = BTreeMap::new();
    let mut texts = BTreeMap::new();
    states::true_of_all(node).await;
    for (account, address) in ADDRESSES {
        let (messages, newest) = node
            .store
            .customer_messages(TENANT, &account.into(), &address.into(), None, 10_000)
            .await
            .unwrap();
        let mut places: BTreeMap<SessionId, Vec<Message>> = BTreeMap::new();
        for read in messages {
            places.entry(read.session).or_default().push(read.message);
        }
        let mut open = 0;
        for (id, messages) in &places {
            let session = node.session(*id).await;
            open += usize::from(session.is_open());
            whole_session(node, &session, messages, ledger).await;
            reports::told_by_events(node, &session).await;
            for message in messages {
                if message.from != Author::System {
                    let twice = texts.insert(message.text.clone(), (*id, message.seq));
                    assert_eq!(twice, None, "{:?} is there twice", message.text);
                }
            }
            sessions.insert(*id, session);
        }
        assert!(open <= 1, "{address} has {open} open sessions");
        assert_eq!(newest.map(|session| session.id), places.keys().last().copied());
        if account == PUSHED {
            all_left_in_order(&format!("customer/{account}/{address}"), &places, ledger);
        }
    }
    for (text, acknowledged) in &ledger.texts {
        if let Some(place) = acknowledged {
            assert_eq!(texts.get(text), Some(place), "{text:?} was acknowledged there");
        }
    }
    assert!(texts.keys().all(|text| ledger.texts.contains_key(text)), "nobody else wrote");
    assert!(texts.len() > 20, "the history was too quiet to tell anything: {}", texts.len());
    for reply in &ledger.ended {
        let Reply::Ended { session, outcome } = reply else { panic!("{reply:?}") };
        assert_eq!(ended(&sessions[session]), Some(*outcome), "one outcome, for ever");
    }
    let all: Vec<SessionId> = sessions.keys().copied().collect();
    rings::as_told_by_events(node, &all).await;
    whole_feed(node, &sessions).await;
    let left = node.store.outbox(0, false, 100).await.unwrap();
    assert_eq!(left, [], "everything left");
}

fn ended(session: &Session) -> Option<Outcome> {
    match session.phase {
        Phase::Ended { outcome, .. } => Some(outcome),
        _ => None,
    }
}

/// A session's messages and events are without gap, and its events tell how it stands.
async fn whole_session(node: &Node, session: &Session, messages: &[Message], ledger: &Ledger) {
    let places: Vec<u64> = messages.iter().map(|message| message.seq).collect();
    assert_eq!(places, (1..=session.last_seq).collect::<Vec<_>>());
    let events = node.store.events(TENANT, session.id).await.unwrap();
    let places: Vec<u64> = events.iter().map(|event| event.seq).collect();
    assert_eq!(places, (1..=session.last_event).collect::<Vec<_>>());
    let told = tell(&events);
    assert_eq!((told.phase, told.outcome), (session.phase.name(), ended(session)));
    let acknowledged = |action| {
        let done = ledger.done.iter().filter(move |(_, known)| *known == action);
        done.map(|(invitation, _)| *invitation).filter(|id| told.offered.contains(id))
    };
    for accepted in acknowledged(Action::Accept) {
        assert!(told.accepted.contains(&accepted), "{accepted} was accepted");
    }
    for declined in acknowledged(Action::Decline) {
        assert!(told.declined.contains(&declined), "{declined} was declined");
    }
    let accepts: Vec<InvitationId> = acknowledged(Action::Accept).collect();
    let once: BTreeSet<InvitationId> = accepts.iter().copied().collect();
    assert_eq!(accepts.len(), once.len(), "an Accept is done once");
}

#[derive(Default)]
struct Told {
    phase: &'static str,
    outcome: Option<Outcome>,
    offered: BTreeSet<InvitationId>,
    accepted: BTreeSet<InvitationId>,
    declined: BTreeSet<InvitationId>,
}

/// How a session stands as its events tell it; each has to follow from the one before.
fn tell(events: &[Event]) -> Told {
    let mut told = Told::default();
    for Event { kind, .. } in events {
        let (from, to) = match kind {
            EventKind::SessionCreated => (&[""][..], "flow"),
            EventKind::SessionQueued => (&["flow"][..], "waiting"),
            EventKind::InvitationOffered { invitation, .. } => {
                told.offered.insert(*invitation);
                (&["waiting"][..], "ringing")
            }
            EventKind::InvitationAccepted { invitation, .. } => {
                // Nothing comes after "ended" here: an end is for ever.
                assert!(told.accepted.insert(*invitation), "accepted twice");
                (&["ringing"][..], "connected")
            }
            EventKind::SessionRequeued => (&["ringing"][..], "waiting"),
            EventKind::InvitationDeclined { invitation, .. } => {
                assert!(told.declined.insert(*invitation), "declined twice");
                (&["ringing"][..], "ringing")
            }
            EventKind::SessionEnded { outcome, .. } => {
                told.outcome = Some(*outcome);
                (&["flow", "waiting", "ringing", "connected"][..], "ended")
            }
            _ => continue,
        };
        assert!(from.contains(&told.phase), "{kind:?} while {}", told.phase);
        told.phase = to;
    }
    told
}

/// Everything that was said to a customer left, first in order. A report that was lost makes some
/// of it leave again.
fn all_left_in_order(lane: &str, places: &BTreeMap<SessionId, Vec<Message>>, ledger: &Ledger) {
    let said: Vec<(SessionId, u64)> = places
        .iter()
        .flat_map(|(id, messages)| messages.iter().map(|message| (*id, message)))
        .filter(|(_, message)| message.from != Author::Customer)
        .map(|(id, message)| (id, message.seq))
        .collect();
    let mut left = ledger.left.get(lane).cloned().unwrap_or_default();
    left.sort_unstable();
    let mut known = BTreeSet::new();
    let first = left.into_iter().map(|(_, session, seq)| (session, seq));
    let first: Vec<_> = first.filter(|place| known.insert(*place)).collect();
    assert_eq!(first, said, "{lane}");
}

/// The feed has every event once, a session's in their order.
async fn whole_feed(node: &Node, sessions: &BTreeMap<SessionId, Session>) {
    let mut feed: BTreeMap<SessionId, Vec<Event>> = BTreeMap::new();
    let mut last = 0;
    loop {
        let page = node.store.feed(TENANT, last, 50).await.unwrap();
        for entry in &page {
            assert!(entry.pos > last, "the feed goes on");
            last = entry.pos;
            feed.entry(entry.session).or_default().push(entry.event.clone());
        }
        if page.len() < 50 {
            break;
        }
    }
    assert_eq!(feed.len(), sessions.len());
    for (id, events) in feed {
        assert_eq!(events, node.store.events(TENANT, id).await.unwrap());
    }
}
