//! Puts cards on display in the agents' chats.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use beckon_domain::agent::BotChat;
use beckon_domain::card::{CardCopy, CopyKind};
use beckon_domain::command::CardFailure;
use beckon_domain::ids::TenantId;
use beckon_domain::room::{Provider, Room};
use botframework::activity::{ConversationReference, OutgoingActivity};
use botframework::connector::{ConnectorError, ErrorKind, Retry};
use botframework::limiter::Priority;
use botframework::service_url::ServiceUrl;
use botframework::turn::Proactive;
use http::StatusCode;
use jiff::Timestamp;

use super::cards::{Cards, Drawn};
use super::rooms::{TEAMS, is_young};
use super::{group_chat, personal};
use crate::directory::Directory;
use crate::engine::{CardSender, Delivery, pause};
use crate::store::CardRows;

/// Sends cards through the Bot Connector.
pub struct TeamsSender {
    directory: Arc<Directory>,
    cards: Arc<Cards>,
    proactive: Proactive,
    opens_at: ServiceUrl,
    /// Whether it was logged that a client cannot repaint cards.
    cannot_repaint: AtomicBool,
}

impl TeamsSender {
    /// A sender of these cards. `opens_at` is where chats are opened with agents whom the bot has
    /// not heard from.
    pub fn new(
        directory: Arc<Directory>,
        cards: Arc<Cards>,
        proactive: Proactive,
        opens_at: ServiceUrl,
    ) -> Self {
        Self { directory, cards, proactive, opens_at, cannot_repaint: AtomicBool::new(false) }
    }

    /// Opens the chat with the agent of an invitation. The platform gives the same chat each time,
    /// so an answer that was lost is asked for again, within the time for the delivery.
    async fn open(&self, tenant: TenantId, rows: &CardRows, now: Timestamp) -> Delivery {
        let (invitation, priority) = (&rows.invitation, priority(rows));
        let opened =
            personal::open(&self.proactive, &self.opens_at, tenant, invitation.agent, priority)
                .await
                .map_err(|error| failure(&error, None, invitation.card.failures, now));
        let stored = |reference| {
            serde_json::to_string(&reference)
                .map_err(|error| CardFailure::Refused { reason: error.to_string() })
        };
        match opened.and_then(stored) {
            Ok(reference) => Delivery::Opened { reference },
            Err(failure) => Delivery::Failed(failure),
        }
    }

    /// Whether a chat can be opened with the agent, and has to be for this card.
    fn has_to_open(&self, tenant: TenantId, rows: &CardRows) -> bool {
        let agent = rows.invitation.agent;
        rows.invitation.card.wants_post()
            && rows.agent.as_ref().is_some_and(|row| row.bot == BotChat::Unknown)
            && self.directory.tenant(tenant).is_some_and(|tenant| tenant.reach(agent).opens)
    }

    fn draw(&self, tenant: TenantId, rows: &CardRows, kind: CopyKind) -> Result<Drawn, String> {
        let known = self.directory.tenant(tenant).ok_or("its tenant is no longer configured")?;
        let drawn = match kind {
            CopyKind::Invitation => self.cards.draw(tenant, known, rows),
            CopyKind::Control => self.cards.draw_control(tenant, known, rows),
        };
        drawn.map_err(|error| error.to_string())
    }

    fn activity(
        &self,
        tenant: TenantId,
        rows: &CardRows,
        kind: CopyKind,
    ) -> Result<OutgoingActivity, CardFailure> {
        match self.draw(tenant, rows, kind) {
            Ok(Drawn { card, summary }) => {
                Ok(OutgoingActivity::adaptive_card(card).summary(summary))
            }
            Err(reason) => Err(CardFailure::Refused { reason }),
        }
    }

    async fn post(
        &self,
        tenant: TenantId,
        rows: &CardRows,
        reference: &ConversationReference,
        now: Timestamp,
    ) -> Result<CardCopy, CardFailure> {
        let kind = CopyKind::Invitation;
        let activity = self.activity(tenant, rows, kind)?;
        let state = &rows.invitation.card;
        match self.proactive.send(reference, activity, priority(rows)).await {
            Ok(Some(activity)) => Ok(CardCopy {
                conversation: reference.conversation_id.clone(),
                activity,
                shown: state.wanted,
                kind,
            }),
            Ok(None) => {
                Err(CardFailure::Refused { reason: "Teams gave no id for the card".to_owned() })
            }
            Err(error) => Err(failure(&error, None, state.failures, now)),
        }
    }

    async fn update(
        &self,
        tenant: TenantId,
        rows: &CardRows,
        there: &ConversationReference,
        copy: &CardCopy,
        now: Timestamp,
    ) -> Result<CardCopy, CardFailure> {
        let activity = self.activity(tenant, rows, copy.kind)?;
        let state = &rows.invitation.card;
        match self.proactive.update(there, &copy.activity, activity, priority(rows)).await {
            Ok(_) => Ok(CardCopy { shown: state.wanted, ..copy.clone() }),
            Err(error) if error.status() == Some(StatusCode::METHOD_NOT_ALLOWED) => {
                if !self.cannot_repaint.swap(true, Ordering::Relaxed) {
                    tracing::warn!(
                        target: "teams.sender",
                        "this client cannot repaint cards (405): what is shown stays as it is, and \
                         what an agent still needs comes as a new card"
                    );
                }
                // The copy will never show anything else, so it is none of ours any more (B4: a card
                // is posted again where the old message cannot be edited).
                Err(CardFailure::Gone { activity: copy.activity.clone() })
            }
            Err(error) if is_early(&error, rows, copy, now) => {
                let at = now.saturating_add(pause(state.failures, None)).unwrap_or(Timestamp::MAX);
                Err(CardFailure::Later { at })
            }
            Err(error) => Err(failure(&error, Some(copy), state.failures, now)),
        }
    }

    /// The way to a copy of the card; `None` where it is reached by the agent's own chat, and that
    /// is not known. A room in Teams is reached whatever became of that chat.
    fn way_to(
        &self,
        tenant: TenantId,
        rows: &CardRows,
        own: Option<&ConversationReference>,
        copy: &CardCopy,
    ) -> Option<ConversationReference> {
        let room = room_of(rows, copy);
        let in_teams = copy.kind == CopyKind::Control
            && room.map_or_else(
                || own.is_none_or(|own| own.channel_id == TEAMS),
                |room| room.provider != Provider::Connector,
            );
        if !in_teams {
            let mut way = own?.clone();
            way.conversation_id.clone_from(&copy.conversation);
            return Some(way);
        }
        // A chat may be kept in another region than its agent's.
        let known = room.and_then(|room| room.service_url.as_deref()?.parse().ok());
        let own = || own.filter(|own| own.channel_id == TEAMS).map(|own| own.service_url.clone());
        let at = known.or_else(own).unwrap_or_else(|| self.opens_at.clone());
        Some(group_chat::way(at, tenant, &copy.conversation))
    }
}

#[async_trait]
impl CardSender for TeamsSender {
    async fn send(&self, tenant: TenantId, rows: &CardRows, now: Timestamp) -> Vec<Delivery> {
        if self.has_to_open(tenant, rows) {
            return vec![self.open(tenant, rows, now).await];
        }
        let own = reference(rows);
        let told = |result| match result {
            Ok(copy) => Delivery::Shown(copy),
            Err(failure) => Delivery::Failed(failure),
        };
        let state = &rows.invitation.card;
        let mut deliveries = Vec::new();
        // What waits for the agent's own chat in vain.
        let mut waits = false;
        if state.wants_post() {
            match &own {
                Ok(own) => deliveries.push(told(self.post(tenant, rows, own, now).await)),
                Err(_) => waits = true,
            }
        }
        for copy in state.copies.iter().filter(|copy| copy.shown < state.wanted) {
            match self.way_to(tenant, rows, own.as_ref().ok(), copy) {
                Some(way) => {
                    deliveries.push(told(self.update(tenant, rows, &way, copy, now).await));
                }
                None => waits = true,
            }
        }
        // Given up is the card as a whole: not before what else is shown of it was.
        let later = |it: &Delivery| matches!(it, Delivery::Failed(CardFailure::Later { .. }));
        if let Err(failure) = own
            && waits
            && !deliveries.iter().any(later)
        {
            deliveries.push(Delivery::Failed(failure));
        }
        deliveries
    }
}

/// What the sweep ended waits for everything that a person waits for, and so does a card that, a day
/// after the end, stops asking for codes.
fn priority(rows: &CardRows) -> Priority {
    let quiet = rows.session.ended_quietly() || rows.invitation.codes_closed;
    if quiet { Priority::Background } else { Priority::Interactive }
}

/// Where the agent's chat is.
fn reference(rows: &CardRows) -> Result<ConversationReference, CardFailure> {
    let unreachable = |blocked, reason: &str| {
        Err(CardFailure::Unreachable { blocked, reason: reason.to_owned() })
    };
    match rows.agent.as_ref().map(|agent| &agent.bot) {
        Some(BotChat::Active { reference }) => serde_json::from_str(reference).map_err(|error| {
            CardFailure::Refused { reason: format!("the stored reference is unreadable: {error}") }
        }),
        Some(BotChat::Blocked) => unreachable(true, "the agent blocked the bot"),
        Some(BotChat::Removed | BotChat::Unknown) | None => {
            unreachable(false, "the agent has not installed the bot")
        }
    }
}

/// The room that a control card is in, if it still is the session's.
fn room_of<'a>(rows: &'a CardRows, copy: &CardCopy) -> Option<&'a Room> {
    let there = |room: &&Room| room.reference.as_ref() == Some(&copy.conversation);
    rows.room.as_ref().filter(there)
}

/// Whether a control card was refused by a room so young that Teams may not know the bot there yet
/// (I6).
fn is_early(error: &ConnectorError, rows: &CardRows, copy: &CardCopy, now: Timestamp) -> bool {
    let kinds = [ErrorKind::BotNotInRoster, ErrorKind::Forbidden, ErrorKind::ConversationNotFound];
    copy.kind == CopyKind::Control
        && kinds.contains(&error.kind())
        && room_of(rows, copy).is_some_and(|room| is_young(room, now))
}

/// What a failed call means for the card.
fn failure(
    error: &ConnectorError,
    copy: Option<&CardCopy>,
    failures: u32,
    now: Timestamp,
) -> CardFailure {
    tracing::warn!(target: "teams.sender", %error, "a card was not delivered");
    let reason = error.to_string();
    match (error.kind(), copy) {
        (ErrorKind::ActivityNotFound, Some(copy)) => {
            CardFailure::Gone { activity: copy.activity.clone() }
        }
        // The bot is not in the room any more, or the room is gone: that says nothing about the
        // agent's own chat, and nobody sees the control card.
        (
            ErrorKind::Blocked
            | ErrorKind::BotDisabledByAdmin
            | ErrorKind::BotNotInRoster
            | ErrorKind::ConversationNotFound,
            Some(copy),
        ) if copy.kind == CopyKind::Control => {
            CardFailure::Gone { activity: copy.activity.clone() }
        }
        (ErrorKind::Blocked | ErrorKind::BotDisabledByAdmin, _) => {
            CardFailure::Unreachable { blocked: true, reason }
        }
        (ErrorKind::BotNotInRoster | ErrorKind::ConversationNotFound, _) => {
            CardFailure::Unreachable { blocked: false, reason }
        }
        _ => {
            let asked = match error.retry() {
                Retry::No => return CardFailure::Refused { reason },
                Retry::After(pause) => Some(pause),
                Retry::Backoff => None,
            };
            let at = now.saturating_add(pause(failures, asked)).unwrap_or(Timestamp::MAX);
            CardFailure::Later { at }
        }
    }
}
