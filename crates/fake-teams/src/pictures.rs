//! Pictures that people paste into messages.

use serde_json::{Value, json};

use crate::{Error, Person, activity, message::Author, people::Said};

/// A pasted picture.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    pub(crate) content_type: String,
    pub(crate) bytes: Vec<u8>,
}

impl Person {
    /// Pastes a picture into the 1:1 chat. The bot gets `image/*` and a URL below the service URL,
    /// which it can fetch with its token.
    pub async fn paste(&self, content_type: &str, bytes: Vec<u8>) -> Result<Said, Error> {
        let chat = self.chat_of(self.chat())?;
        let world = &self.world;
        let (message_id, activity) = world.change(|state| {
            let id = state.ids.message(world.now_ms());
            let picture = format!("0-wus-d7-{}", state.ids.guid().replace('-', ""));
            let mut activity = activity::message(world, &chat, &self.record, &id, "");
            let url = format!("{}v3/attachments/{picture}/views/original", world.service_url());
            if let Value::Array(attachments) = &mut activity["attachments"] {
                attachments.insert(0, json!({"contentType": "image/*", "contentUrl": url}));
            }
            let content_type = content_type.to_owned();
            state.pictures.insert(picture, Picture { content_type, bytes });
            state.store(&chat.id, &id, Author::Person(self.id().to_owned()), activity.clone());
            (id, activity)
        });
        let deliveries = if chat.hears(false) { world.deliver(activity).await? } else { vec![] };
        Ok(Said { message_id, deliveries })
    }
}
