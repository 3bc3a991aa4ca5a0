//! Rule 10: folding a session's events gives the states of its rows.

use std::collections::BTreeMap;

use crate::world::World;
use beckon_domain::event::EventKind;
use beckon_domain::ids::InvitationId;
use beckon_domain::outcome::{EndedBy, Outcome};
use beckon_domain::session::Phase;
use beckon_domain::transfer::{TransferMode, TransferTo};

/// What the events of a session say.
#[derive(Clone, Default)]
pub(super) struct Told {
    phase: &'static str,
    end: Option<(Outcome, EndedBy)>,
    invitations: BTreeMap<InvitationId, &'static str>,
    /// Whether codes that have to be chosen are missing.
    missing: bool,
}

impl Told {
    /// An agent has the session.
    fn connect(&mut self, invitation: InvitationId) {
        self.phase = "connected";
        self.invitations.insert(invitation, "accepted");
    }

    /// The invitation of whoever had it goes on to another state.
    fn own(&mut self, state: &'static str) {
        for known in self.invitations.values_mut().filter(|known| **known == "accepted") {
            *known = state;
        }
    }

    fn hear(&mut self, event: &EventKind) {
        match event {
            EventKind::SessionCreated | EventKind::SessionDequeued => self.phase = "flow",
            EventKind::SessionQueued | EventKind::SessionRequeued => self.phase = "waiting",
            EventKind::InvitationOffered { invitation, .. } => {
                if !matches!(self.phase, "connected" | "parked") {
                    self.phase = "ringing";
                }
                self.invitations.insert(*invitation, "ringing");
            }
            EventKind::InvitationAccepted { invitation, .. }
            | EventKind::StandbyAccepted { invitation, .. } => self.connect(*invitation),
            EventKind::TakenOver { invitation, .. } => {
                self.own("taken_over");
                self.connect(*invitation);
            }
            EventKind::SessionParked => self.phase = "parked",
            EventKind::SessionUnparked => self.phase = "connected",
            EventKind::InvitationReturned { invitation, .. } => {
                self.invitations.insert(*invitation, "returned");
            }
            EventKind::TransferStarted { invitation, target, .. } => {
                let blind = match target {
                    TransferTo::Service { .. } => true,
                    TransferTo::Agent { mode, .. } => *mode == TransferMode::Blind,
                    TransferTo::Outside { .. } => false,
                };
                if blind {
                    self.phase = "waiting";
                    self.invitations.insert(*invitation, "transferring");
                }
            }
            EventKind::TransferTaken { invitation } => {
                self.invitations.insert(*invitation, "transferred");
            }
            EventKind::TransferFailed { invitation, kept: false, .. } => {
                // Whoever gave the session up otherwise meanwhile is told so as well.
                let known = self.invitations.get_mut(invitation);
                if let Some(known) = known.filter(|known| **known != "returned") {
                    *known = "transfer_failed";
                }
            }
            EventKind::InvitationTaken { invitation, .. } => {
                self.invitations.insert(*invitation, "cancelled_taken");
            }
            EventKind::InvitationWithdrawn { invitation } => {
                self.invitations.insert(*invitation, "cancelled_system");
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
                self.own(OVER);
            }
            EventKind::CodesMissing { .. } => self.missing = true,
            EventKind::CodesSet { missing, .. } => self.missing = *missing,
            // What changes nothing that is compared.
            _ => {}
        }
    }
}

/// How the invitation of a conversation ends that ended: by after-call work, or without.
const OVER: &str = "over";

/// Whether a state is what the events say.
fn agrees(row: &str, told: &str) -> bool {
    let over = ["wrap_up", "concluded", "stale", "transferred", "transfer_failed", "room_failed"];
    row == told || (told == OVER && over.contains(&row))
}

/// Hears what is new, and compares.
pub(super) fn fold(world: &mut World) -> Result<(), String> {
    for (key, event) in &world.mirror.news {
        world.rules.told.entry(*key).or_default().hear(&event.kind);
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
        let same = rows.len() == told.invitations.len()
            && rows
                .iter()
                .all(|(id, row)| told.invitations.get(id).is_some_and(|told| agrees(row, told)));
        let missing = row.codes_missing == told.missing;
        if (row.phase.name(), end) != (told.phase, told.end) || !same || !missing {
            return Err(format!(
                "rule 10: {} is {:?} with {rows:?}, its events say {} {:?} with {:?}",
                row.id, row.phase, told.phase, told.end, told.invitations
            ));
        }
    }
    Ok(())
}
