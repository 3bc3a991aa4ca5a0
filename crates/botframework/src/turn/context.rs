//! What a handler works with.

use std::sync::Arc;

use tokio::time::Instant;

use crate::activity::{Activity, ActivityType, ConversationReference, OutgoingActivity};
use crate::connector::{ConnectorClient, ConnectorError, Endpoint};
use crate::limiter::Priority;

/// One turn: the activity that came in, and the means to answer it. Cheap to clone, and valid
/// beyond the turn, for work that goes on in the background.
///
/// Everything sent through it counts as [`Priority::Interactive`]: somebody has just acted.
#[derive(Debug, Clone)]
pub struct TurnContext(Arc<Turn>);

#[derive(Debug)]
struct Turn {
    activity: Activity,
    connector: ConnectorClient,
    answer_by: Option<Instant>,
}

impl TurnContext {
    pub(super) fn new(
        activity: Activity,
        connector: ConnectorClient,
        answer_by: Option<Instant>,
    ) -> Self {
        Self(Arc::new(Turn { activity, connector, answer_by }))
    }

    /// The activity. It is authentic: token, service URL, channel and tenant were checked.
    pub fn activity(&self) -> &Activity {
        &self.0.activity
    }

    /// The text of a message without mentions and surrounding space; empty if there is none.
    pub fn text(&self) -> String {
        self.0.activity.text_without_mentions()
    }

    /// What has to be kept to reach this conversation later.
    pub fn conversation_reference(&self) -> ConversationReference {
        self.0.activity.conversation_reference()
    }

    /// The connector, for calls that this type has no short form of.
    pub fn connector(&self) -> &ConnectorClient {
        &self.0.connector
    }

    /// Where calls about this turn go.
    pub fn endpoint(&self) -> Endpoint<'_> {
        Endpoint::from(&self.0.activity)
    }

    /// When the answer to an invoke must be there; afterwards the fall-back has been given and
    /// the handler's answer is lost. `None` for other activities.
    pub fn answer_by(&self) -> Option<Instant> {
        self.0.answer_by
    }

    /// Sends an activity into the conversation of the turn. Returns its id.
    ///
    /// # Errors
    ///
    /// See [`ConnectorClient::send`].
    pub async fn send(&self, activity: OutgoingActivity) -> Result<Option<String>, ConnectorError> {
        let activity = activity.addressed_to(&self.conversation_reference());
        self.connector()
            .send(self.endpoint(), self.conversation_id(), &activity, Priority::Interactive)
            .await
    }

    /// Answers the activity: in a channel, inside its thread. Returns the id of the answer.
    ///
    /// Invokes and events are no messages that could be answered; for them this is
    /// [`send`](Self::send), which in a channel stays in the thread as well.
    ///
    /// # Errors
    ///
    /// See [`ConnectorClient::reply`].
    pub async fn reply(
        &self,
        activity: OutgoingActivity,
    ) -> Result<Option<String>, ConnectorError> {
        let Some(id) = self.message_id() else { return self.send(activity).await };
        let activity = activity.addressed_to(&self.conversation_reference()).reply_to(id);
        self.connector()
            .reply(self.endpoint(), self.conversation_id(), id, &activity, Priority::Interactive)
            .await
    }

    /// Replaces a message of the bot in the conversation of the turn.
    ///
    /// # Errors
    ///
    /// See [`ConnectorClient::update`].
    pub async fn update(
        &self,
        activity_id: &str,
        activity: OutgoingActivity,
    ) -> Result<Option<String>, ConnectorError> {
        let activity = activity.addressed_to(&self.conversation_reference());
        self.connector()
            .update(
                self.endpoint(),
                self.conversation_id(),
                activity_id,
                &activity,
                Priority::Interactive,
            )
            .await
    }

    /// Deletes a message of the bot in the conversation of the turn.
    ///
    /// # Errors
    ///
    /// See [`ConnectorClient::delete`].
    pub async fn delete(&self, activity_id: &str) -> Result<(), ConnectorError> {
        let (endpoint, conversation) = (self.endpoint(), self.conversation_id());
        self.connector().delete(endpoint, conversation, activity_id, Priority::Interactive).await
    }

    /// Shows the "is typing" sign.
    ///
    /// # Errors
    ///
    /// See [`ConnectorClient::typing`]; safe to ignore.
    pub async fn typing(&self) -> Result<(), ConnectorError> {
        let (endpoint, conversation) = (self.endpoint(), self.conversation_id());
        self.connector().typing(endpoint, conversation, Priority::Interactive).await
    }

    /// Id of the message that holds the clicked card: what to [`update`](Self::update) after a
    /// card action, so that everybody sees the new state.
    pub fn card_message_id(&self) -> Option<&str> {
        self.0.activity.reply_to_id.as_deref()
    }

    fn conversation_id(&self) -> &str {
        &self.0.activity.conversation.id
    }

    fn message_id(&self) -> Option<&str> {
        let is_message = self.0.activity.kind == ActivityType::Message;
        self.0.activity.id.as_deref().filter(|_| is_message)
    }
}
