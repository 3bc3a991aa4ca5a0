//! Rules 3 to 5: what was acknowledged is there, once, in order, and arrives.

use std::collections::BTreeMap;

use beckon_domain::effect::LaneKey;
use beckon_domain::event::EventKind;
use beckon_domain::ids::SessionId;
use beckon_domain::session::Author;
use uuid::Uuid;

use crate::diary::Fate;
use crate::mirror::Key;
use crate::world::World;

/// Where each text stands, as far as it was looked up.
#[derive(Default)]
pub(super) struct Known {
    places: BTreeMap<String, (SessionId, u64)>,
    looked: BTreeMap<Key<Uuid>, usize>,
}

/// Rules 3 and 8. Who was told that a message is stored finds it there, and nobody's message is
/// there twice; who was told that nothing was done finds nothing.
pub(super) fn durable(world: &mut World) -> Result<(), String> {
    let known = &mut world.rules.letters;
    for key in &world.mirror.touched {
        let messages = world.mirror.messages_of(*key);
        let from = known.looked.insert(*key, messages.len()).unwrap_or(0);
        for message in messages[from..].iter().filter(|message| message.from != Author::System) {
            let place = (SessionId(key.1), message.seq);
            if let Some(other) = known.places.insert(message.text.clone(), place) {
                return Err(format!(
                    "rule 3: {:?} is stored at {other:?} and {place:?}",
                    message.text
                ));
            }
        }
    }
    for letter in &world.diary.open().letters {
        let found = known.places.get(&letter.text);
        let holds = match &letter.fate {
            Fate::Unknown | Fate::Refused => true,
            Fate::Stored { session, seq } => found == Some(&(*session, *seq)),
            Fate::Never => found.is_none(),
        };
        if !holds {
            return Err(format!(
                "rule 3: {:?} is {:?}, but found {found:?}",
                letter.text, letter.fate
            ));
        }
    }
    Ok(())
}

/// Rule 4. Messages and events are numbered from 1 without a gap.
pub(super) fn gapless(world: &World) -> Result<(), String> {
    for key in &world.mirror.touched {
        let session =
            world.mirror.session((key.0, SessionId(key.1))).ok_or("rule 3: no session")?;
        let messages = world.mirror.messages_of(*key).iter().map(|row| row.seq);
        let events = world.mirror.events_of(*key).iter().map(|row| row.seq);
        if !messages.eq(1..=session.last_seq) || !events.eq(1..=session.last_event) {
            return Err(format!("rule 4: {} has a gap", session.id));
        }
    }
    Ok(())
}

/// Rule 5, at the end: every answer that is pushed was received, in order, or given up with an
/// event; so was every notice.
pub(crate) fn all_arrived(world: &World) -> Result<(), String> {
    let outside = world.outside.lock();
    for (tenant, id) in &world.mirror.order {
        let key = (*tenant, id.0);
        let session = world.mirror.session((*tenant, *id)).ok_or("rule 3: no session")?;
        let events = world.mirror.events_of(key);
        if world.town.pushes(*tenant, &session.account) {
            let lane = LaneKey::Customer {
                account: session.account.clone(),
                address: session.customer.address.clone(),
            };
            let received = outside.consumer.received.get(&(*tenant, lane));
            let given_up = |seq: u64| {
                events.iter().any(|event| {
                    matches!(event.kind, EventKind::MessageUndelivered { message, .. } if message == seq)
                })
            };
            for message in world.mirror.messages_of(key) {
                let here = |row: &&crate::consumer::Received| {
                    row.session == *id && row.seq == message.seq && row.text == message.text
                };
                let arrived = received.is_some_and(|lane| lane.iter().find(here).is_some());
                if message.from != Author::Customer && !arrived && !given_up(message.seq) {
                    return Err(format!("rule 5: message {} of {id} never arrived", message.seq));
                }
            }
        }
        let count = |wanted: fn(&EventKind) -> bool| {
            events.iter().filter(|event| wanted(&event.kind)).count()
        };
        let news = count(|kind| {
            matches!(
                kind,
                EventKind::SessionEnded { .. } | EventKind::InvitationUndeliverable { .. }
            )
        });
        let expected = if world.town.notices(*tenant) { news } else { 0 };
        let dropped = count(|kind| matches!(kind, EventKind::NoticeDropped { .. }));
        let received = outside.consumer.notices.iter();
        let received = received.filter(|(of, session, _)| of == tenant && session == id).count();
        if received > expected || received + dropped < expected {
            return Err(format!(
                "rule 5: {expected} notices of {id}: {received} received, {dropped} dropped"
            ));
        }
    }
    Ok(())
}
