//! Rule 10: folding a session's events gives the states of its rows.

use std::collections::BTreeMap;

use beckon_domain::event::EventKind;
use beckon_domain::ids::InvitationId;
use beckon_domain::outcome::{EndedBy, Outcome};
use beckon_domain::session::Phase;
use uuid::Uuid;

use crate::mirror::Key;
use crate::world::World;

/// What the events of a session say.
#[derive(Clone, Default)]
pub(super) struct Told {
    phase: &'static str,
    end: Option<(Outcome, EndedBy)>,
    invitations: BTreeMap<InvitationId, &'static str>,
}

impl Told {
    fn hear(&mut self, event: &EventKind, wraps_up: bool) {
        match event {
            EventKind::SessionCreated => self.phase = "flow",
            EventKind::SessionQueued | EventKind::SessionRequeued => self.phase = "waiting",
            EventKind::InvitationOffered { invitation, .. } => {
                self.phase = "ringing";
                self.invitations.insert(*invitation, "ringing");
            }
            EventKind::InvitationAccepted { invitation, .. } => {
                self.phase = "connected";
                self.invitations.insert(*invitation, "accepted");
            }
            EventKind::InvitationDeclined { invitation, .. } => {
                self.invitations.insert(*invitation, "declined");
            }
            EventKind::InvitationMissed { invitation } => {
                self.invitations.insert(*invitation, "missed");
            }
            EventKind::InvitationUndeliverable { invitation, .. } => {
                self.invitations.insert(*invitation, "undeliverable");
            }
            EventKind::InvitationCancelled { invitation, by } => {
                let by_customer = *by == EndedBy::Customer;
                let state = if by_customer { "cancelled_customer" } else { "cancelled_system" };
                self.invitations.insert(*invitation, state);
            }
            EventKind::InvitationConcluded { invitation, .. } => {
                self.invitations.insert(*invitation, "concluded");
            }
            EventKind::SessionEnded { outcome, by, .. } => {
                self.phase = "ended";
                self.end = Some((*outcome, *by));
                for state in self.invitations.values_mut().filter(|state| **state == "accepted") {
                    *state = if wraps_up { "wrap_up" } else { "concluded" };
                }
            }
            // What changes nothing that is compared, and what the simulation does not do yet.
            _ => {}
        }
    }
}

/// Hears what is new, and compares.
pub(super) fn fold(world: &mut World) -> Result<(), String> {
    for (key, event) in &world.mirror.news {
        let wraps_up = wraps_up(world, *key);
        world.rules.told.entry(*key).or_default().hear(&event.kind, wraps_up);
    }
    for key in &world.mirror.touched {
        let row = &world.mirror.sessions.rows.get(key).ok_or("rule 3: no session")?.1;
        let told = world.rules.told.get(key).cloned().unwrap_or_default();
        let end = match row.phase {
            Phase::Ended { outcome, by, .. } => Some((outcome, by)),
            _ => None,
        };
        let rows: BTreeMap<InvitationId, &str> =
            world.mirror.invitations_of(*key).map(|row| (row.id, row.state.name())).collect();
        if (row.phase.name(), end, &rows) != (told.phase, told.end, &told.invitations) {
            return Err(format!(
                "rule 10: {} is {:?} with {rows:?}, its events say {} {:?} with {:?}",
                row.id, row.phase, told.phase, told.end, told.invitations
            ));
        }
    }
    Ok(())
}

fn wraps_up(world: &World, key: Key<Uuid>) -> bool {
    let session = world.mirror.sessions.rows.get(&key).map(|(_, row)| row);
    let tenant = world.town.directory.tenant(key.0);
    let service = session.and_then(|row| tenant?.service(&row.service));
    service.is_some_and(|service| service.wrap_up.is_some())
}
