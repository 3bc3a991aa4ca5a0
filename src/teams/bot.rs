//! What the bot does when it is spoken to: clicks, installs, messages.

use std::sync::Arc;
use std::time::Duration;

use beckon_domain::agent::BotChannel;
use beckon_domain::card::CopyKind;
use beckon_domain::command::{ActResult, Action, Command, Envelope, Reply};
use beckon_domain::ids::{CommandId, InvitationId};
use beckon_domain::intake::{self, CardActionData, Click, RESET_RONA, SAVE_CODES};
use beckon_domain::step::Rejection;
use botframework::activity::{Activity, ActivityType, ConversationType, OutgoingActivity};
use botframework::auth::Authenticator;
use botframework::connector::ConnectorClient;
use botframework::turn::{Bot, BuildError, CardAction, HandlerError, InvokeResponse, TurnContext};
use serde::Deserialize;
use serde_json::Value;

use super::cards::{CardError, Cards, Drawn, REFRESH};
use super::chat::{self, Told};
use super::people::{Sender, reference};
use super::rooms::{Rooms, TEAMS};
use super::words;
use crate::engine::Engine;
use crate::store::{CardRows, ExecuteError};

mod flagged;

/// How long a click may wait for its turn in the store, so that something true can still be
/// answered before the platform gives up on us.
const CLICK_DEADLINE: Duration = Duration::from_secs(4);

const WORKING: &str = "Still working on it. The card will change in a moment.";
const BUSY: &str = "Beckon is busy. Nothing was changed; please try again.";
const UNKNOWN_CARD: &str = "This card is no longer known here. Nothing was changed.";
const SAVED: &str = "Saved.";
const EXTENDED: &str = "Your wrap-up has begun anew.";
const HELLO: &str = "Hello! When a customer is waiting for you, I post an invitation here. \
                     Press Accept to open the conversation. Write /invites off to get them in the \
                     console alone, /help for what else you can tell me.";

/// The bot's handlers.
pub struct Handlers {
    engine: Engine,
    cards: Arc<Cards>,
    rooms: Arc<Rooms>,
}

/// Builds the bot.
///
/// # Errors
/// [`BuildError`] when guard and connector do not fit together.
pub fn build(
    engine: Engine,
    cards: Arc<Cards>,
    rooms: Arc<Rooms>,
    authenticator: Authenticator,
    connector: ConnectorClient,
) -> Result<Bot, BuildError> {
    let handlers = Arc::new(Handlers { engine, cards, rooms });
    let of = |handlers: &Arc<Handlers>| Arc::clone(handlers);
    let (messages, installs, members) = (of(&handlers), of(&handlers), of(&handlers));
    let (edits, deletions) = (of(&handlers), of(&handlers));
    let mut builder = Bot::builder(authenticator, connector)
        .on_message(move |turn| {
            let handlers = of(&messages);
            async move { handlers.message(&turn).await }
        })
        .on_installation_update(move |turn| {
            let handlers = of(&installs);
            async move { handlers.installation(&turn).await }
        })
        .on_conversation_update(move |turn| {
            let handlers = of(&members);
            async move { handlers.members(&turn).await }
        })
        .on_activity(ActivityType::MessageUpdate, move |turn| {
            let handlers = of(&edits);
            async move { handlers.changed(&turn).await }
        })
        .on_activity(ActivityType::MessageDelete, move |turn| {
            let handlers = of(&deletions);
            async move { handlers.changed(&turn).await }
        })
        .deadline(Duration::from_millis(4500), |_| InvokeResponse::message(WORKING));
    let refreshes = of(&handlers);
    builder = builder.on_card_action(REFRESH, move |turn, action| {
        let handlers = of(&refreshes);
        async move { Ok::<_, HandlerError>(handlers.refresh(&turn, &action).await) }
    });
    for verb in Action::ALL.map(Action::verb).into_iter().chain([SAVE_CODES, RESET_RONA]) {
        let handlers = of(&handlers);
        builder = builder.on_card_action(verb, move |turn, action| {
            let handlers = of(&handlers);
            async move { Ok::<_, HandlerError>(handlers.click(&turn, &action).await) }
        });
    }
    builder.build()
}

/// Whether the activity is from somebody's own chat with the bot. Only there may an invitation be
/// posted: it names a customer, and in a group others would read it.
fn is_personal(activity: &Activity) -> bool {
    match &activity.conversation.conversation_type {
        Some(kind) => *kind == ConversationType::Personal,
        None => activity.conversation.is_group != Some(true),
    }
}

impl Handlers {
    /// A click on a card: carried out, and answered with the card as it stands then.
    async fn click(&self, turn: &TurnContext, action: &CardAction) -> InvokeResponse {
        let data = serde_json::from_value(action.action.data.clone().into());
        let (Some(sender), Ok(data)) = (Sender::of(turn.activity()), data) else {
            return InvokeResponse::message(UNKNOWN_CARD);
        };
        match self.act(turn.activity(), &sender, action.verb(), data, true).await {
            // A card in the answer would wipe what is typed into this one (B4).
            Ok((_, ActResult::Done)) if action.verb() == Action::Extend.verb() => {
                InvokeResponse::message(EXTENDED)
            }
            Ok((invitation, result)) => self.answer(&sender, invitation, result).await,
            Err(refusal) => InvokeResponse::message(refusal),
        }
    }

    /// A client asks for the card as it stands: a read. Only a copy that we do not know is noted,
    /// so that it is kept true from here on.
    async fn refresh(&self, turn: &TurnContext, action: &CardAction) -> InvokeResponse {
        let activity = turn.activity();
        let data = serde_json::from_value(action.action.data.clone().into());
        let (Some(sender), Ok(CardActionData { invitation, .. })) = (Sender::of(activity), data)
        else {
            return InvokeResponse::message(UNKNOWN_CARD);
        };
        let rows = match self.engine.store().card(sender.tenant, invitation).await {
            Ok(Some(rows)) => rows,
            Ok(None) => return InvokeResponse::message(UNKNOWN_CARD),
            Err(error) => {
                tracing::error!(target: "teams.bot", %error, "a card could not be refreshed");
                return InvokeResponse::message(WORKING);
            }
        };
        if rows.invitation.agent != sender.agent {
            return self.shown(&sender, &rows, ActResult::Foreign);
        }
        self.adopt(activity, &sender, &rows).await;
        self.shown(&sender, &rows, ActResult::Unchanged)
    }

    async fn answer(
        &self,
        sender: &Sender,
        invitation: InvitationId,
        result: ActResult,
    ) -> InvokeResponse {
        let rows = match self.engine.store().card(sender.tenant, invitation).await {
            Ok(Some(rows)) => rows,
            Ok(None) => return InvokeResponse::message(UNKNOWN_CARD),
            Err(error) => {
                // The click counts; only its answer is missing, and the shared update brings it.
                tracing::error!(target: "teams.bot", %error, "a click could not be answered with its card");
                return InvokeResponse::message(WORKING);
            }
        };
        self.shown(sender, &rows, result)
    }

    /// The card as it stands, for the one who asked.
    fn shown(&self, sender: &Sender, rows: &CardRows, result: ActResult) -> InvokeResponse {
        let sentence = || InvokeResponse::message(words::sentence(&rows.invitation.state));
        let Some(known) = self.engine.directory().tenant(sender.tenant) else { return sentence() };
        let drawn = if result == ActResult::Foreign {
            self.cards.draw_foreign(sender.tenant, known, rows, sender.locale.as_deref())
        } else {
            self.cards.draw(sender.tenant, known, rows).map(|drawn| drawn.card)
        };
        match drawn {
            Ok(card) => InvokeResponse::card(card),
            // Without its service there is no card to draw, but the click may have counted.
            Err(CardError::NoService(_)) => sentence(),
            Err(error) => {
                tracing::error!(target: "teams.bot", %error, "a card could not be drawn");
                InvokeResponse::message(WORKING)
            }
        }
    }

    /// Carries out a click, after what was typed and chosen beside it. The error is a sentence for
    /// the one who clicked.
    async fn act(
        &self,
        activity: &Activity,
        sender: &Sender,
        verb: &str,
        data: CardActionData,
        answered: bool,
    ) -> Result<(InvitationId, ActResult), &'static str> {
        let invitation = data.invitation;
        let click = Click {
            agent: sender.agent,
            verb,
            data,
            conversation: &activity.conversation.id,
            kind: if is_personal(activity) { CopyKind::Invitation } else { CopyKind::Control },
            message: activity.reply_to_id.as_deref(),
            activity: activity.id.as_deref(),
            answered,
        };
        if verb == RESET_RONA {
            return self.reset_rona(activity, sender, &click).await;
        }
        let mut result = ActResult::Unchanged;
        if let Some(codes) = intake::codes(&click) {
            result = self.carry_out(sender, codes).await?;
        }
        if verb != SAVE_CODES {
            let action = intake::click(&click).map_err(|_| UNKNOWN_CARD)?;
            result = self.carry_out(sender, action).await?;
        }
        Ok((invitation, result))
    }

    async fn carry_out(
        &self,
        sender: &Sender,
        (id, command): (CommandId, Command),
    ) -> Result<ActResult, &'static str> {
        let envelope = Envelope { tenant: sender.tenant, id, command };
        match self.engine.execute_within(envelope, CLICK_DEADLINE).await {
            Ok(executed) => match executed.reply {
                Some(Reply::Acted { result, .. }) => Ok(result),
                _ => Err(UNKNOWN_CARD),
            },
            Err(ExecuteError::Rejected(Rejection::NotFound(_))) => Err(UNKNOWN_CARD),
            Err(ExecuteError::Rejected(rejection)) => {
                Err(words::refusal(&rejection).unwrap_or(BUSY))
            }
            // It counts; only its answer is late, and the shared update brings it.
            Err(ExecuteError::UnderWay) => Err(WORKING),
            Err(error) => {
                tracing::error!(target: "teams.bot", %error, "a click was not carried out");
                Err(BUSY)
            }
        }
    }

    /// A message: the `Action.Submit` of a client that knows no `Action.Execute`, or text.
    async fn message(&self, turn: &TurnContext) -> Result<(), HandlerError> {
        #[derive(Deserialize)]
        struct Submitted {
            verb: String,
            #[serde(flatten)]
            data: CardActionData,
        }
        self.rooms.heard();
        let activity = turn.activity();
        let Some(sender) = Sender::of(activity) else { return Ok(()) };
        let value = activity.value.clone().unwrap_or(Value::Null);
        if let Ok(Submitted { verb, data }) = serde_json::from_value(value) {
            // There is no card in the answer; the shared update shows what became of it.
            return match self.act(activity, &sender, &verb, data, false).await {
                // What does not repaint the card, or only later, is answered in words.
                Ok((_, result)) if verb == RESET_RONA => self.say(turn, chat::reset(result)).await,
                Ok((_, ActResult::Done)) if verb == SAVE_CODES => self.say(turn, SAVED).await,
                Ok((_, ActResult::Done)) if verb == Action::Extend.verb() => {
                    self.say(turn, EXTENDED).await
                }
                Ok(_) => Ok(()),
                Err(BUSY) => Err(BUSY.into()),
                Err(refusal) => self.say(turn, refusal).await,
            };
        }
        if !is_personal(activity) {
            return self.rooms.said(activity, &sender).await;
        }
        if !self.reachable(activity, &sender).await? {
            return self.explain(turn, &sender).await;
        }
        match activity.text.as_deref().and_then(chat::told) {
            Some(Told::Invites(invites)) => self.choose(turn, &sender, invites.chosen()).await,
            Some(Told::Available) => self.back(turn, &sender).await,
            Some(Told::Help) => self.say(turn, chat::HELP).await,
            None => self.say(turn, HELLO).await,
        }
    }

    /// An agent chose whether to be invited here (B2). What they are told is what is so from now on.
    async fn choose(
        &self,
        turn: &TurnContext,
        sender: &Sender,
        invites: Option<bool>,
    ) -> Result<(), HandlerError> {
        let command = Command::SetInvites { agent: sender.agent, invites };
        self.note(turn.activity(), sender, "invites", command).await?;
        let tenant = self.engine.directory().tenant(sender.tenant);
        let configured = tenant.is_none_or(|tenant| tenant.reach(sender.agent).invites);
        self.say(turn, chat::now(invites.unwrap_or(configured))).await
    }

    /// Somebody edited or deleted what they wrote. In their own chat with the bot it means nothing.
    async fn changed(&self, turn: &TurnContext) -> Result<(), HandlerError> {
        self.rooms.heard();
        let activity = turn.activity();
        match Sender::of(activity).filter(|_| !is_personal(activity)) {
            Some(sender) => self.rooms.changed(activity, &sender).await,
            None => Ok(()),
        }
    }

    /// The bot was installed or removed.
    async fn installation(&self, turn: &TurnContext) -> Result<(), HandlerError> {
        self.rooms.heard();
        let activity = turn.activity();
        if !is_personal(activity) {
            let removed = matches!(activity.action.as_deref(), Some("remove" | "remove-upgrade"));
            let tenant = activity.tenant_id().and_then(|id| id.parse().ok());
            return match tenant.filter(|_| removed) {
                Some(tenant) => self.rooms.uninstalled(activity, tenant).await,
                None => Ok(()),
            };
        }
        let Some(sender) = Sender::of(activity).filter(|_| is_personal(activity)) else {
            return Ok(());
        };
        match activity.action.as_deref() {
            Some("remove" | "remove-upgrade") => self.unreachable(activity, &sender).await,
            Some("add") => {
                if !self.reachable(activity, &sender).await? {
                    self.explain(turn, &sender).await?;
                }
                Ok(())
            }
            _ => self.reachable(activity, &sender).await.map(|_| ()),
        }
    }

    /// Somebody was added or left; it concerns us when it is the bot.
    async fn members(&self, turn: &TurnContext) -> Result<(), HandlerError> {
        self.rooms.heard();
        let activity = turn.activity();
        if !is_personal(activity) {
            return self.rooms.updated(activity).await;
        }
        let Some(sender) = Sender::of(activity).filter(|_| is_personal(activity)) else {
            return Ok(());
        };
        let with_bot = |members: &[_]| members.iter().any(|member| activity.is_bot(member));
        if with_bot(&activity.members_removed) {
            self.unreachable(activity, &sender).await
        } else if with_bot(&activity.members_added) {
            self.reachable(activity, &sender).await.map(|_| ())
        } else {
            Ok(())
        }
    }

    /// Notes that the bot may write to the sender. False for somebody who is no agent.
    async fn reachable(&self, activity: &Activity, sender: &Sender) -> Result<bool, HandlerError> {
        let is_agent = self
            .engine
            .directory()
            .tenant(sender.tenant)
            .is_some_and(|tenant| tenant.agent_name(sender.agent).is_some());
        let (true, Some(reference)) = (is_agent, reference(activity)) else { return Ok(false) };
        let channel = match &*activity.channel_id {
            TEAMS => BotChannel::Teams,
            _ => BotChannel::Other,
        };
        let command = Command::AgentReachable { agent: sender.agent, reference, channel };
        self.note(activity, sender, "activity", command).await?;
        Ok(true)
    }

    async fn unreachable(&self, activity: &Activity, sender: &Sender) -> Result<(), HandlerError> {
        let command = Command::AgentUnreachable { agent: sender.agent, blocked: false };
        self.note(activity, sender, "activity", command).await
    }

    /// Notes what an activity says about an agent: each thing once, however often it is delivered.
    async fn note(
        &self,
        activity: &Activity,
        sender: &Sender,
        what: &str,
        command: Command,
    ) -> Result<(), HandlerError> {
        let result = match &activity.id {
            Some(id) => {
                let key = format!("{what}:{}:{id}", activity.conversation.id);
                let id = CommandId(key);
                self.engine.execute(Envelope { tenant: sender.tenant, id, command }).await
            }
            None => self.engine.execute_new(sender.tenant, command).await,
        };
        match result {
            // Somebody who is no agent: nothing to note.
            Ok(_) | Err(ExecuteError::Rejected(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Explains the bot to somebody who is no agent (B2).
    async fn explain(&self, turn: &TurnContext, sender: &Sender) -> Result<(), HandlerError> {
        let person = sender.agent.to_string();
        let locale = sender.locale.as_deref();
        match self.cards.draw_explain(sender.tenant, &person, locale) {
            Ok(Drawn { card, summary }) => {
                let card = OutgoingActivity::adaptive_card(card).summary(summary);
                if let Err(error) = turn.send(card).await {
                    tracing::warn!(target: "teams.bot", %error, "an answer did not get through");
                }
            }
            Err(error) => {
                tracing::error!(target: "teams.bot", %error, "a card could not be drawn");
            }
        }
        Ok(())
    }

    /// Says something, as far as it gets through: it is courtesy, and the turn is done without it.
    async fn say(&self, turn: &TurnContext, text: &str) -> Result<(), HandlerError> {
        if let Err(error) = turn.send(OutgoingActivity::text(text)).await {
            tracing::warn!(target: "teams.bot", %error, "an answer did not get through");
        }
        Ok(())
    }
}
