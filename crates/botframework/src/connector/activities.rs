//! The calls on activities: sending, changing, deleting, reacting.

use super::call::Call;
use super::client::ConnectorClient;
use super::endpoint::Endpoint;
use super::error::ConnectorError;
use super::operation::Operation;
use super::path::Path;
use crate::activity::{OutgoingActivity, ResourceResponse};
use crate::limiter::Priority;

impl ConnectorClient {
    /// Sends an activity into a conversation. Returns its id, which Teams leaves out at times.
    ///
    /// # Errors
    ///
    /// A send is not idempotent: see [`ConnectorError::is_ambiguous`] before sending again.
    pub async fn send(
        &self,
        to: impl Into<Endpoint<'_>>,
        conversation_id: &str,
        activity: &OutgoingActivity,
        priority: Priority,
    ) -> Result<Option<String>, ConnectorError> {
        let (operation, path) = (Operation::SendToConversation, Path::activities(conversation_id));
        let call = Call::new(operation, to.into(), path, conversation_id, priority)?;
        self.write(call, activity).await
    }

    /// Sends an activity as the answer to another: in a channel, into its thread.
    ///
    /// # Errors
    ///
    /// A reply is not idempotent: see [`ConnectorError::is_ambiguous`] before sending again.
    pub async fn reply(
        &self,
        to: impl Into<Endpoint<'_>>,
        conversation_id: &str,
        activity_id: &str,
        activity: &OutgoingActivity,
        priority: Priority,
    ) -> Result<Option<String>, ConnectorError> {
        let operation = Operation::ReplyToActivity;
        let call = Call::about(operation, to.into(), conversation_id, activity_id, priority)?;
        self.write(call, activity).await
    }

    /// Replaces an activity of the bot, wholly. Raises no new notification.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ActivityNotFound`](super::ErrorKind::ActivityNotFound) when it was deleted,
    /// and once in about a thousand calls although it is there: try once more before posting a
    /// new one.
    pub async fn update(
        &self,
        to: impl Into<Endpoint<'_>>,
        conversation_id: &str,
        activity_id: &str,
        activity: &OutgoingActivity,
        priority: Priority,
    ) -> Result<Option<String>, ConnectorError> {
        let operation = Operation::UpdateActivity;
        let call = Call::about(operation, to.into(), conversation_id, activity_id, priority)?;
        self.write(call, activity).await
    }

    /// Deletes an activity of the bot.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ActivityNotFound`](super::ErrorKind::ActivityNotFound) when it was deleted
    /// before.
    pub async fn delete(
        &self,
        to: impl Into<Endpoint<'_>>,
        conversation_id: &str,
        activity_id: &str,
        priority: Priority,
    ) -> Result<(), ConnectorError> {
        let operation = Operation::DeleteActivity;
        let call = Call::about(operation, to.into(), conversation_id, activity_id, priority)?;
        self.act(call).await
    }

    /// Deletes an activity that only one member sees: one that was sent
    /// [`only_for`](OutgoingActivity::only_for) them. Sending, replying and updating need no
    /// method of their own for those, as the activity itself says it.
    ///
    /// # Errors
    ///
    /// As [`delete`](Self::delete).
    pub async fn delete_targeted(
        &self,
        to: impl Into<Endpoint<'_>>,
        conversation_id: &str,
        activity_id: &str,
        priority: Priority,
    ) -> Result<(), ConnectorError> {
        let operation = Operation::DeleteActivity;
        let call = Call::about(operation, to.into(), conversation_id, activity_id, priority)?;
        self.act(call.targeted()).await
    }

    /// Shows the "is typing" sign.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send); safe to ignore.
    pub async fn typing(
        &self,
        to: impl Into<Endpoint<'_>>,
        conversation_id: &str,
        priority: Priority,
    ) -> Result<(), ConnectorError> {
        self.send(to, conversation_id, &OutgoingActivity::typing(), priority).await.map(drop)
    }

    /// Puts the bot's reaction below an activity, anybody's: `like`, `heart`, `laugh`,
    /// `surprised`, `sad`, `angry`, or one of the newer names such as `1f440_eyes`. The vendor's
    /// SDKs call this part of the API experimental. Doing it twice has the effect of once.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ActivityNotFound`](super::ErrorKind::ActivityNotFound) when the activity was
    /// deleted.
    pub async fn add_reaction(
        &self,
        to: impl Into<Endpoint<'_>>,
        conversation_id: &str,
        activity_id: &str,
        reaction: &str,
        priority: Priority,
    ) -> Result<(), ConnectorError> {
        let ids = [conversation_id, activity_id, reaction];
        self.react(Operation::AddReaction, to.into(), ids, priority).await
    }

    /// Takes the bot's reaction back.
    ///
    /// # Errors
    ///
    /// As [`add_reaction`](Self::add_reaction).
    pub async fn delete_reaction(
        &self,
        to: impl Into<Endpoint<'_>>,
        conversation_id: &str,
        activity_id: &str,
        reaction: &str,
        priority: Priority,
    ) -> Result<(), ConnectorError> {
        let ids = [conversation_id, activity_id, reaction];
        self.react(Operation::DeleteReaction, to.into(), ids, priority).await
    }

    /// Makes a call that carries an activity, and reads the id that comes back.
    async fn write(
        &self,
        call: Call<'_>,
        activity: &OutgoingActivity,
    ) -> Result<Option<String>, ConnectorError> {
        let call = if activity.is_targeted() { call.targeted() } else { call };
        let answer = self.call(call.with_body(activity)?).await?;
        // The write has happened whatever the body says: no id is no error.
        Ok(answer.json::<ResourceResponse>().and_then(|response| response.id))
    }

    /// Makes a call about the reaction below an activity: the ids of conversation and activity, and
    /// the reaction's name.
    async fn react(
        &self,
        operation: Operation,
        endpoint: Endpoint<'_>,
        [conversation_id, activity_id, reaction]: [&str; 3],
        priority: Priority,
    ) -> Result<(), ConnectorError> {
        let path = Path::reaction(conversation_id, activity_id, reaction);
        self.act(Call::new(operation, endpoint, path, conversation_id, priority)?).await
    }

    /// Makes a call whose success is all there is to know.
    async fn act(&self, call: Call<'_>) -> Result<(), ConnectorError> {
        self.call(call).await.map(drop)
    }
}
