//! Nothing is left waiting for a timer that is not set. (Rule 7 itself is tried by firing timers
//! again that were seen once.)

use beckon_domain::ids::TenantId;
use beckon_domain::invitation::{Invitation, InvitationState};
use beckon_domain::session::Phase;
use beckon_domain::timer::TimerKey;
use beckon_domain::transfer::TransferTo;

use crate::world::World;

/// Whether the service of an invitation's session has something to say about it.
fn asks(world: &World, tenant: TenantId, row: &Invitation) -> bool {
    let session = world.mirror.session((tenant, row.session));
    let known = world.town.directory.tenant(tenant).zip(session);
    let service = known.and_then(|(known, session)| known.service(&session.service));
    service.is_some_and(|service| service.wrap_up.asks())
}

/// Whatever goes on by the clock has its timer.
pub(super) fn set(world: &World) -> Result<(), String> {
    let mirror = &world.mirror;
    let needs = |tenant, key: TimerKey| {
        let row = (tenant, key.kind().to_owned(), key.target());
        if mirror.timers.contains_key(&row) {
            Ok(())
        } else {
            Err(format!("liveness: {key:?} is not set"))
        }
    };
    for (tenant, row) in mirror.invitations.all() {
        match row.state {
            InvitationState::Ringing { delivered_at: None } => {
                needs(tenant, TimerKey::Delivery(row.id))?;
            }
            InvitationState::Ringing { .. } => needs(tenant, TimerKey::Ring(row.id))?,
            InvitationState::WrapUp { .. } => needs(tenant, TimerKey::WrapUp(row.id))?,
            InvitationState::Concluded { .. } | InvitationState::Stale { .. }
                if asks(world, tenant, row) && !row.codes_closed =>
            {
                needs(tenant, TimerKey::LateCodes(row.id))?;
            }
            _ => {}
        }
    }
    for (tenant, row) in mirror.sessions.all() {
        let outside = |to: &TransferTo| matches!(to, TransferTo::Outside { .. });
        if row.transfer.as_ref().is_some_and(|row| row.is_pending() && outside(&row.to)) {
            needs(tenant, TimerKey::Transfer(row.id))?;
        }
        match row.phase {
            Phase::Flow => needs(tenant, TimerKey::Outbound(row.id))?,
            Phase::Parked { .. } => needs(tenant, TimerKey::ParkLimit(row.id))?,
            Phase::Waiting { retry_at } => {
                needs(tenant, TimerKey::MaxWait(row.id))?;
                if retry_at.is_some_and(|at| at > world.now()) {
                    needs(tenant, TimerKey::Offer(row.id))?;
                }
            }
            _ => {}
        }
    }
    for (tenant, row) in mirror.agents.all().filter(|(_, row)| row.rona_until.is_some()) {
        needs(tenant, TimerKey::Rona(row.id))?;
    }
    Ok(())
}
