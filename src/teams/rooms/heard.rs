//! What somebody wrote in a room, as it goes to the customer.

use beckon_domain::text::{
    Block, Document, Mentions, Run, from_teams_html, from_teams_text, to_plain,
};
use botframework::activity::Activity;
use serde_json::Value;

use crate::teams::graph::{ChatMessage, ContentType};

/// What was written, and what cannot travel with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heard {
    /// The text for the customer, without marks.
    pub(super) text: String,
    /// The text without what it quotes: where a command is looked for.
    pub(super) typed: String,
    /// Whether a file, a picture or a card came with it.
    pub(super) attached: bool,
}

impl Heard {
    /// What an activity says. Teams attaches its HTML, which knows more than the text.
    pub(super) fn of(activity: &Activity) -> Self {
        let bot = activity.recipient.as_ref();
        let own = activity.entities.iter().filter_map(|entity| entity.as_mention());
        let own = own.filter(|(id, _)| bot.is_some_and(|bot| bot.id == *id));
        let mentions = own.fold(Mentions::none(), |known, (_, name)| known.own_name(name));
        let html = activity
            .attachments
            .iter()
            .find(|attachment| attachment.is_html_copy())
            .and_then(|attachment| attachment.content.as_ref().and_then(Value::as_str));
        let (document, media) = if let Some(html) = html {
            let parsed = from_teams_html(html, &mentions);
            (parsed.document, parsed.media > 0)
        } else {
            (from_teams_text(activity.text.as_deref().unwrap_or_default(), &mentions), false)
        };
        Self::new(&document, media || activity.own_attachments().next().is_some())
    }

    /// What a message says that was read back, to the bot of this application id.
    pub(super) fn read(message: &ChatMessage, app: &str) -> Self {
        let is_own = |app_there: &String| app_there.eq_ignore_ascii_case(app);
        let own =
            message.mentions.iter().filter(|mention| mention.app.as_ref().is_some_and(is_own));
        let mentions = own.fold(Mentions::none(), |known, mention| known.own_id(&mention.id));
        let (document, media) = match message.content_type {
            ContentType::Html => {
                let parsed = from_teams_html(&message.content, &mentions);
                (parsed.document, parsed.media > 0)
            }
            ContentType::Text => (from_teams_text(&message.content, &mentions), false),
        };
        Self::new(&document, media || !message.attachments.is_empty())
    }

    fn new(document: &Document, attached: bool) -> Self {
        let nothing_but_media = attached
            && document.blocks().iter().all(|block| match block {
                Block::Paragraph(spans) => {
                    spans.iter().all(|span| matches!(span.run, Run::Picture(_) | Run::Break))
                }
                _ => false,
            });
        let text = if nothing_but_media { String::new() } else { to_plain(document) };
        Self { text, typed: to_plain(&document.without_quotes()), attached }
    }
}

#[cfg(test)]
mod tests;
