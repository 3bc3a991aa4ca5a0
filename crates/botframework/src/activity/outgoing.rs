//! What a bot sends.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::account::TARGETED;
use super::{
    ActivityType, Attachment, ChannelAccount, ConversationAccount, ConversationReference, Entity,
};

/// How the text of a message is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TextFormat {
    /// Markdown, the default of channels.
    Markdown,
    /// Exactly the characters given.
    Plain,
    /// Teams' XML subset.
    Xml,
}

/// An activity on its way to a channel.
///
/// A message has **either** text **or** cards: Teams splits a message with
/// both into two and returns an id for neither, so that it can never be
/// updated. There is no way to build one. Give a card a
/// [`summary`](Self::summary) instead: it is what notifications show.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OutgoingActivity {
    #[serde(rename = "type")]
    kind: ActivityType,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text_format: Option<TextFormat>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attachment_layout: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    entities: Vec<Entity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locale: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_to_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<ChannelAccount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<ChannelAccount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation: Option<ConversationAccount>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    channel_data: Map<String, Value>,
}

impl OutgoingActivity {
    fn of_type(kind: ActivityType) -> Self {
        Self {
            kind,
            text: None,
            text_format: None,
            summary: None,
            attachment_layout: None,
            attachments: Vec::new(),
            entities: Vec::new(),
            locale: None,
            reply_to_id: None,
            from: None,
            recipient: None,
            conversation: None,
            channel_data: Map::new(),
        }
    }

    /// A text message.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), ..Self::of_type(ActivityType::Message) }
    }

    /// A message that is one Adaptive Card.
    pub fn adaptive_card(card: Value) -> Self {
        Self {
            attachments: vec![Attachment::adaptive_card(card)],
            ..Self::of_type(ActivityType::Message)
        }
    }

    /// The "is typing" sign.
    pub fn typing() -> Self {
        Self::of_type(ActivityType::Typing)
    }

    /// What notifications and the activity feed show in place of a card.
    #[must_use]
    pub fn summary(mut self, summary: impl Into<String>) -> Self {
        self.summary = Some(summary.into());
        self
    }

    /// How the text is to be read; without it channels assume Markdown.
    #[must_use]
    pub fn text_format(mut self, format: TextFormat) -> Self {
        self.text_format = Some(format);
        self
    }

    /// BCP 47 tag of the message's language.
    #[must_use]
    pub fn locale(mut self, locale: impl Into<String>) -> Self {
        self.locale = Some(locale.into());
        self
    }

    /// The activity this one answers.
    #[must_use]
    pub fn reply_to(mut self, activity_id: impl Into<String>) -> Self {
        self.reply_to_id = Some(activity_id.into());
        self
    }

    /// Asks Teams to raise a notification for this message.
    #[must_use]
    pub fn notify(mut self) -> Self {
        self.channel_data.insert("notification".to_owned(), json!({"alert": true}));
        self
    }

    /// Asks Teams to raise no notification for this message.
    #[must_use]
    pub fn quietly(mut self) -> Self {
        self.channel_data.insert("notification".to_owned(), json!({"alert": false}));
        self
    }

    /// Names bot, user, conversation and tenant of a stored reference, as
    /// proactive messages must.
    #[must_use]
    pub fn addressed_to(mut self, reference: &ConversationReference) -> Self {
        self.from = reference.bot_id.clone().map(ChannelAccount::new);
        // Whom a targeted message is for is not the reference's to say: it may name another.
        if !self.is_targeted() {
            self.recipient = reference.user();
        }
        self.conversation = Some(reference.conversation());
        if let Some(tenant) = &reference.tenant_id {
            self.channel_data.insert("tenant".to_owned(), json!({"id": tenant}));
        }
        self
    }

    /// Shows the message in a group chat or channel to this member only, for a day. Teams has no
    /// such messages in personal chats, and calls them a preview.
    ///
    /// Update it with an activity that is for the same member, and delete it with
    /// [`delete_targeted`](crate::connector::ConnectorClient::delete_targeted).
    #[must_use]
    pub fn only_for(mut self, member: &ChannelAccount) -> Self {
        let mut member = member.clone();
        member.extra.insert(TARGETED.to_owned(), Value::Bool(true));
        self.recipient = Some(member);
        self
    }

    /// Whether only one member is to see it.
    pub fn is_targeted(&self) -> bool {
        self.recipient.as_ref().is_some_and(ChannelAccount::is_targeted)
    }

    /// Whether this is a message made of cards.
    pub fn is_card(&self) -> bool {
        !self.attachments.is_empty()
    }

    /// The type.
    pub fn kind(&self) -> &ActivityType {
        &self.kind
    }

    /// The text of a text message.
    pub fn text_content(&self) -> Option<&str> {
        self.text.as_deref()
    }
}

/// Composes messages that one constructor cannot: text with mentions, or
/// several cards.
///
/// ```
/// # use botframework::activity::{ChannelAccount, MessageBuilder};
/// let mut ada = ChannelAccount::new("29:1abc");
/// ada.name = Some("Ada".to_owned());
/// let message = MessageBuilder::new().text("Hello ").mention(&ada).text("!").build()?;
/// assert_eq!(message.text_content(), Some("Hello <at>Ada</at>!"));
/// # Ok::<(), botframework::activity::MessageError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct MessageBuilder {
    text: String,
    mentions: Vec<Entity>,
    cards: Vec<Value>,
    carousel: bool,
}

/// The parts do not make one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MessageError {
    /// Neither text nor card.
    #[error("the message is empty")]
    Empty,
    /// Both text and cards, which Teams would split.
    #[error("a message has either text or cards")]
    TextAndCards,
}

impl MessageBuilder {
    /// A message without content.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends text.
    #[must_use]
    pub fn text(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Appends a mention, which notifies the account's owner.
    #[must_use]
    pub fn mention(mut self, account: &ChannelAccount) -> Self {
        let name = account.name.as_deref().unwrap_or(&account.id);
        let escaped = name.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let mention = format!("<at>{escaped}</at>");
        self.text.push_str(&mention);
        self.mentions.push(Entity::mention(account, &mention));
        self
    }

    /// Appends an Adaptive Card.
    #[must_use]
    pub fn card(mut self, card: Value) -> Self {
        self.cards.push(card);
        self
    }

    /// Shows several cards side by side instead of one below the other.
    #[must_use]
    pub fn carousel(mut self) -> Self {
        self.carousel = true;
        self
    }

    /// The message.
    pub fn build(self) -> Result<OutgoingActivity, MessageError> {
        match (self.text.is_empty(), self.cards.is_empty()) {
            (true, true) => Err(MessageError::Empty),
            (false, false) => Err(MessageError::TextAndCards),
            (false, true) => Ok(OutgoingActivity {
                entities: self.mentions,
                ..OutgoingActivity::text(self.text)
            }),
            (true, false) => Ok(OutgoingActivity {
                attachments: self.cards.into_iter().map(Attachment::adaptive_card).collect(),
                attachment_layout: self.carousel.then_some("carousel"),
                ..OutgoingActivity::of_type(ActivityType::Message)
            }),
        }
    }
}

#[cfg(test)]
mod tests;
