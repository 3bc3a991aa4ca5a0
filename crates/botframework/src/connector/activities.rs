//! The calls on activities: sending, changing, deleting, reacting.

use super::call::Call;
use super::client::ConnectorClient;
use super::endpoint::Endpoint;
use super::error::ConnectorError;
use super::operation::Operation;
use super::path::Path;
use crate::activity::{OutgoingActivity, ResourceResponse};
use crate::limiter::Priority;

/// Tells Teams that an activity is one that a single member sees.
const TARGETED: (&str, &str) = ("isTargetedActivity", "true");

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
        let path = Path::activity(conversation_id, activity_id);
        let operation = Operation::ReplyToActivity;
        let call = Call::new(operation, to.into(), path, conversation_id, priority)?;
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
        let path = Path::activity(conversation_id, activity_id);
        let operation = Operation::UpdateActivity;
        let call = Call::new(operation, to.into(), path, conversation_id, priority)?;
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
        let path = Path::activity(conversation_id, activity_id);
        let operation = Operation::DeleteActivity;
        self.act(Call::new(operation, to.into(), path, conversation_id, priority)?).await
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
        let (name, value) = TARGETED;
        let path = Path::activity(conversation_id, activity_id).map(|path| path.query(name, value));
        let operation = Operation::DeleteActivity;
        self.act(Call::new(operation, to.into(), path, conversation_id, priority)?).await
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
        let path = Path::reaction(conversation_id, activity_id, reaction);
        let operation = Operation::AddReaction;
        self.act(Call::new(operation, to.into(), path, conversation_id, priority)?).await
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
        let path = Path::reaction(conversation_id, activity_id, reaction);
        let operation = Operation::DeleteReaction;
        self.act(Call::new(operation, to.into(), path, conversation_id, priority)?).await
    }

    /// Makes a call that carries an activity, and reads the id that comes back.
    async fn write(
        &self,
        mut call: Call<'_>,
        activity: &OutgoingActivity,
    ) -> Result<Option<String>, ConnectorError> {
        if activity.is_targeted() {
            let (name, value) = TARGETED;
            call.path = call.path.query(name, value);
        }
        let answer = self.call(call.with_body(activity)?).await?;
        // The write has happened whatever the body says: no id is no error.
        Ok(answer.json::<ResourceResponse>().and_then(|response| response.id))
    }

    /// Makes a call whose success is all there is to know.
    async fn act(&self, call: Call<'_>) -> Result<(), ConnectorError> {
        self.call(call).await.map(drop)
    }
}
