//! Puts cards on display in the agents' chats.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use beckon_domain::agent::BotChat;
use beckon_domain::card::{CardCopy, CopyKind};
use beckon_domain::command::CardFailure;
use beckon_domain::ids::TenantId;
use botframework::activity::{ConversationReference, OutgoingActivity};
use botframework::connector::{ConnectorError, ErrorKind, Retry};
use botframework::limiter::Priority;
use botframework::service_url::ServiceUrl;
use botframework::turn::Proactive;
use http::StatusCode;
use jiff::Timestamp;

use super::cards::{Cards, Drawn};
use super::personal;
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
        reference: &ConversationReference,
        copy: &CardCopy,
        now: Timestamp,
    ) -> Result<CardCopy, CardFailure> {
        let activity = self.activity(tenant, rows, copy.kind)?;
        let mut there = reference.clone();
        there.conversation_id.clone_from(&copy.conversation);
        let state = &rows.invitation.card;
        match self.proactive.update(&there, &copy.activity, activity, priority(rows)).await {
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
            Err(error) => Err(failure(&error, Some(copy), state.failures, now)),
        }
    }
}

#[async_trait]
impl CardSender for TeamsSender {
    async fn send(&self, tenant: TenantId, rows: &CardRows, now: Timestamp) -> Vec<Delivery> {
        if self.has_to_open(tenant, rows) {
            return vec![self.open(tenant, rows, now).await];
        }
        let reference = match reference(rows) {
            Ok(reference) => reference,
            Err(failure) => return vec![Delivery::Failed(failure)],
        };
        let told = |result| match result {
            Ok(copy) => Delivery::Shown(copy),
            Err(failure) => Delivery::Failed(failure),
        };
        let state = &rows.invitation.card;
        let mut deliveries = Vec::new();
        if state.wants_post() {
            deliveries.push(told(self.post(tenant, rows, &reference, now).await));
        }
        for copy in state.copies.iter().filter(|copy| copy.shown < state.wanted) {
            deliveries.push(told(self.update(tenant, rows, &reference, copy, now).await));
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
