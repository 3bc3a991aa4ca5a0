//! Messages nobody asked for: to stored references, and to people not talked to before.

use crate::activity::{
    ChannelAccount, ConversationParameters, ConversationReference, ConversationType,
    OutgoingActivity,
};
use crate::connector::{ConnectorClient, ConnectorError, Endpoint};
use crate::limiter::Priority;

/// Sends to conversations that are not being answered just now.
#[derive(Debug, Clone)]
pub struct Proactive {
    connector: ConnectorClient,
}

/// A message that was sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// The conversation, to be stored.
    pub conversation: ConversationReference,
    /// Id of the message; `None` if Teams gave none, in which case it cannot be updated.
    pub activity_id: Option<String>,
}

impl Proactive {
    /// Sends through `connector`.
    pub fn new(connector: ConnectorClient) -> Self {
        Self { connector }
    }

    /// Sends an activity to a stored conversation. Returns its id.
    ///
    /// Bot, user, conversation and tenant of the reference are written into the activity:
    /// Teams has answered 403 to proactive messages that lacked them.
    ///
    /// # Errors
    ///
    /// See [`ConnectorClient::send`]. On [`Blocked`](crate::connector::ErrorKind::Blocked) and
    /// its relatives, note it in the reference and stop until the user writes.
    pub async fn send(
        &self,
        to: &ConversationReference,
        activity: OutgoingActivity,
        priority: Priority,
    ) -> Result<Option<String>, ConnectorError> {
        let activity = activity.addressed_to(to);
        self.connector.send(to, &to.conversation_id, &activity, priority).await
    }

    /// Replaces a message in a stored conversation.
    ///
    /// # Errors
    ///
    /// See [`ConnectorClient::update`].
    pub async fn update(
        &self,
        to: &ConversationReference,
        activity_id: &str,
        activity: OutgoingActivity,
        priority: Priority,
    ) -> Result<Option<String>, ConnectorError> {
        let activity = activity.addressed_to(to);
        let conversation = &to.conversation_id;
        self.connector.update(to, conversation, activity_id, &activity, priority).await
    }

    /// Opens the personal chat with a user of a Teams tenant, or finds it, and says how to
    /// reach it from then on. No message is sent.
    ///
    /// `member_id` is the user's id for this bot (`29:…`), or the Entra object id, which is kept
    /// as such: messages cannot be addressed to it. Creating is idempotent.
    ///
    /// # Errors
    ///
    /// See [`ConnectorClient::create_personal`].
    pub async fn open_personal(
        &self,
        at: impl Into<Endpoint<'_>>,
        tenant_id: &str,
        member_id: &str,
        priority: Priority,
    ) -> Result<ConversationReference, ConnectorError> {
        let at = at.into();
        let created = self.connector.create_personal(at, tenant_id, member_id, priority).await?;
        let service_url = created.service_url.unwrap_or_else(|| at.service_url.clone());
        let mut reference = ConversationReference::new("msteams", service_url, created.id);
        reference.tenant_id = Some(tenant_id.to_owned());
        reference.conversation_type = Some(ConversationType::Personal);
        if uuid::Uuid::try_parse(member_id).is_ok() {
            reference.user_aad_object_id = Some(member_id.to_owned());
        } else {
            reference.user_id = Some(member_id.to_owned());
        }
        let app_id = self.connector.tokens().app_id();
        reference.bot_id = (!app_id.is_empty()).then(|| format!("28:{app_id}"));
        Ok(reference)
    }

    /// Asks the channel of `with` for a group conversation of this name with that user, and says
    /// how to reach it. Teams refuses (400): there, Microsoft Graph makes group chats.
    ///
    /// # Errors
    ///
    /// See [`ConnectorClient::create_conversation`]. Asked twice, a channel makes two.
    pub async fn open_group(
        &self,
        with: &ConversationReference,
        topic: &str,
        priority: Priority,
    ) -> Result<ConversationReference, ConnectorError> {
        let account = |id: &Option<String>| id.as_deref().map(ChannelAccount::new);
        let parameters = ConversationParameters {
            is_group: true,
            bot: account(&with.bot_id),
            members: account(&with.user_id).into_iter().collect(),
            topic_name: Some(topic.to_owned()),
            tenant_id: with.tenant_id.clone(),
            ..ConversationParameters::default()
        };
        let created = self.connector.create_conversation(with, &parameters, priority).await?;
        let mut group = with.clone();
        group.service_url = created.service_url.unwrap_or(group.service_url);
        group.conversation_id = created.id;
        group.conversation_type = Some(ConversationType::GroupChat);
        (group.user_id, group.user_aad_object_id) = (None, None);
        Ok(group)
    }

    /// Sends a message to a user in their personal chat and returns what is needed to update
    /// it.
    ///
    /// The chat is opened without a message first: Teams returns no id for a message that is
    /// sent along with the creation. If the second step fails, the chat exists and is empty,
    /// which nobody sees; doing it all again is safe as far as
    /// [`ConnectorError::is_ambiguous`] allows.
    ///
    /// # Errors
    ///
    /// Of either step, see [`ConnectorClient::create_personal`] and [`ConnectorClient::send`].
    pub async fn send_personal(
        &self,
        at: impl Into<Endpoint<'_>>,
        tenant_id: &str,
        member_id: &str,
        activity: OutgoingActivity,
        priority: Priority,
    ) -> Result<Sent, ConnectorError> {
        let conversation = self.open_personal(at, tenant_id, member_id, priority).await?;
        let activity_id = self.send(&conversation, activity, priority).await?;
        Ok(Sent { conversation, activity_id })
    }
}
