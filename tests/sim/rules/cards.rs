//! Rule 6: cards are level-triggered, and what is on display is true.

use beckon::store::CardRows;
use beckon_domain::event::EventKind;
use beckon_domain::ids::{InvitationId, TenantId};
use beckon_domain::invitation::Invitation;

use crate::teams::{Post, truth};
use crate::world::World;

/// After each step. What Beckon believes about a copy is no more than what it shows, and a card
/// that counts as shown is shown, unless it was given up.
pub(super) fn level(world: &World) -> Result<(), String> {
    for (key, _) in &world.mirror.invitations.changed {
        let row = &world.mirror.invitations.rows[key].1;
        let card = &row.card;
        if card.shown > card.wanted {
            return Err(format!("rule 6: {} shows more than it wants: {card:?}", row.id));
        }
        let behind = card.copies.iter().any(|copy| copy.shown < card.wanted);
        if card.is_dirty() && !behind && card.is_posted() {
            return Err(format!("rule 6: {} is dirty and has nothing to send: {card:?}", row.id));
        }
        if !card.is_dirty() && behind && !given_up(world, key.0, row) {
            return Err(format!("rule 6: {} is clean and behind: {card:?}", row.id));
        }
        for copy in &card.copies {
            let outside = world.outside.lock();
            let Some(post) = outside.teams.post(&copy.activity) else {
                return Err(format!("rule 6: {} knows {copy:?}, which nobody posted", row.id));
            };
            if copy.shown > post.shows.data.version {
                let shown = post.shows.data.version;
                return Err(format!("rule 6: {copy:?} is believed, {shown} is shown"));
            }
            if post.shows.data.version == card.wanted {
                is_true(world, post, row, post.shows.flagged)?;
            }
        }
    }
    Ok(())
}

/// Whether a post says what it should. One that closed before the customer's name was known keeps
/// their address. `lifting`: the end of its flag may still be on its way to the card, as a follow-up.
fn is_true(world: &World, post: &Post, row: &Invitation, lifting: bool) -> Result<(), String> {
    let rows = rows(world, post, row)?;
    let mut wanted = truth(&world.town.directory, post.tenant, &rows);
    wanted.flagged |= lifting;
    let address = rows.session.customer.address.as_str();
    if !row.state.is_live() && post.shows.data.customer == address {
        address.clone_into(&mut wanted.data.customer);
    }
    if post.shows == wanted {
        Ok(())
    } else {
        Err(format!("rule 6: {} shows {:?}, not {wanted:?}", post.activity, post.shows))
    }
}

/// At the end: each card on display says how things stand. Cards whose message is refused for good
/// stay as they are, with an event.
pub(crate) fn all_true(world: &World) -> Result<(), String> {
    let outside = world.outside.lock();
    for post in outside.teams.on_display() {
        let row = world.mirror.invitation((post.tenant, post.invitation));
        let row = row.ok_or_else(|| format!("rule 3: {} is gone", post.invitation))?;
        if given_up(world, post.tenant, row) {
            continue;
        }
        is_true(world, post, row, false)?;
    }
    Ok(())
}

/// Whether Teams refused a card of this invitation for good.
fn given_up(world: &World, tenant: TenantId, row: &Invitation) -> bool {
    let is = |id: &InvitationId| *id == row.id;
    world.mirror.events_of((tenant, row.session.0)).iter().any(
        |event| matches!(&event.kind, EventKind::CardGivenUp { invitation, .. } if is(invitation)),
    )
}

fn rows(world: &World, post: &Post, row: &Invitation) -> Result<CardRows, String> {
    let session = world.mirror.session((post.tenant, row.session)).ok_or("rule 3: no session")?;
    Ok(CardRows {
        invitation: row.clone(),
        session: session.clone(),
        agent: world.mirror.agent((post.tenant, row.agent)).cloned(),
        room: world.room((post.tenant, row.session)),
    })
}
