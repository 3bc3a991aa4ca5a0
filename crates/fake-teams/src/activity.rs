//! Activities as Teams sends them to a bot.

use serde_json::{Map, Value, json};

use crate::{
    card::Action,
    clock::iso,
    config::FakeTeamsConfig,
    conversation::{Conversation, ConversationKind},
    directory::PersonRecord,
    world::World,
};

/// The `conversation` member.
fn conversation_account(config: &FakeTeamsConfig, chat: &Conversation) -> Value {
    let mut account = json!({
        "conversationType": chat.kind.wire(),
        "tenantId": config.tenant,
        "id": chat.id,
    });
    if chat.kind == ConversationKind::GroupChat {
        account["isGroup"] = Value::Bool(true);
        if let Some(topic) = &chat.topic {
            account["name"] = Value::from(topic.as_str());
        }
    }
    account
}

/// An activity with only what all activities from `person` in `chat` share.
pub(crate) fn bare(
    world: &World,
    chat: &Conversation,
    person: &PersonRecord,
    kind: &str,
    id: &str,
) -> Value {
    let config = &world.config;
    let now = iso(world.now_ms());
    json!({
        "type": kind,
        "id": id,
        "timestamp": now,
        "localTimestamp": now,
        "localTimezone": "Etc/UTC",
        "serviceUrl": world.service_url(),
        "channelId": "msteams",
        "from": {"id": person.mri, "name": person.name, "aadObjectId": person.id},
        "conversation": conversation_account(config, chat),
        "recipient": {"id": config.bot_mri(), "name": config.bot_name},
        "locale": "en-US",
        "entities": [{
            "type": "clientInfo", "locale": "en-US", "country": "US", "platform": "Web",
            "timezone": "Etc/UTC",
        }],
        "channelData": {"tenant": {"id": config.tenant}},
    })
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\n', "<br/>")
}

/// How the bot is mentioned in a text.
pub(crate) fn bot_mention(config: &FakeTeamsConfig) -> String {
    format!("<at>{}</at>", config.bot_name)
}

/// A typed message as Graph gives it: where it mentions the bot its body is HTML, in which each
/// mention has a number of its own, with the list of them (Graph, `chatMessageMention`).
pub(crate) fn graph_mentions(config: &FakeTeamsConfig, text: &str) -> Option<(String, Vec<Value>)> {
    let tag = bot_mention(config);
    let mut parts = text.split(&*tag);
    let mut html = format!("<p>{}", escape(parts.next()?));
    let mut mentions = Vec::new();
    for (number, part) in parts.enumerate() {
        let name = escape(&config.bot_name);
        html.extend([format!(r#"<at id="{number}">{name}</at>"#), escape(part)]);
        mentions.push(json!({
            "id": number,
            "mentionText": config.bot_name,
            "mentioned": {
                "application": {
                    "id": config.app_id,
                    "displayName": config.bot_name,
                    "applicationIdentityType": "bot",
                },
                "user": null,
                "conversation": null,
                "tag": null,
            },
        }));
    }
    html.push_str("</p>");
    (!mentions.is_empty()).then_some((html, mentions))
}

/// A typed message. The `text/html` attachment repeats the text and is not a file.
pub(crate) fn message(
    world: &World,
    chat: &Conversation,
    person: &PersonRecord,
    id: &str,
    text: &str,
) -> Value {
    let config = &world.config;
    let mut activity = bare(world, chat, person, "message", id);
    let tag = bot_mention(config);
    let mut html = escape(text);
    if text.contains(&tag) {
        let shown = format!(
            r#"<span itemscope itemtype="http://schema.skype.com/Mention" itemid="0">{}</span>"#,
            escape(&config.bot_name)
        );
        html = html.replace(&escape(&tag), &shown);
        let mention = json!({
            "type": "mention",
            "mentioned": {"id": config.bot_mri(), "name": config.bot_name},
            "text": tag,
        });
        if let Some(entities) = activity["entities"].as_array_mut() {
            entities.insert(0, mention);
        }
    }
    activity["text"] = Value::from(text);
    activity["textFormat"] = Value::from("plain");
    activity["attachments"] =
        json!([{"contentType": "text/html", "content": format!("<p>{html}</p>")}]);
    activity
}

/// A click on an `Action.Execute`: the invoke `adaptiveCard/action` (Universal Action Model).
pub(crate) fn execute(
    world: &World,
    chat: &Conversation,
    person: &PersonRecord,
    ids: (&str, &str),
    action: &Action,
    data: Map<String, Value>,
    trigger: &str,
) -> Value {
    let (id, message) = ids;
    let mut activity = bare(world, chat, person, "invoke", id);
    let mut sent = Map::new();
    sent.insert("type".to_owned(), Value::from("Action.Execute"));
    for name in ["title", "id", "verb"] {
        let value = action.object.get(name).cloned();
        sent.insert(name.to_owned(), value.unwrap_or_else(|| Value::from("")));
    }
    sent.insert("data".to_owned(), Value::Object(data));
    activity["name"] = Value::from("adaptiveCard/action");
    activity["value"] = json!({"action": sent, "trigger": trigger});
    activity["replyToId"] = Value::from(message);
    activity["channelData"]["source"] = json!({"name": "message"});
    activity["channelData"]["legacy"] = json!({"replyToId": message});
    activity
}

/// A click on an `Action.Submit`: a message without text whose `value` is the data.
pub(crate) fn submit(
    world: &World,
    chat: &Conversation,
    person: &PersonRecord,
    ids: (&str, &str),
    data: Map<String, Value>,
) -> Value {
    let (id, message) = ids;
    let mut activity = bare(world, chat, person, "message", id);
    activity["value"] = Value::Object(data);
    activity["replyToId"] = Value::from(message);
    activity["channelData"]["legacy"] = json!({"replyToId": message});
    activity
}

/// The bot was installed (`add`) or removed (`remove`).
pub(crate) fn installation_update(
    world: &World,
    chat: &Conversation,
    person: &PersonRecord,
    id: &str,
    action: &str,
) -> Value {
    let mut activity = bare(world, chat, person, "installationUpdate", id);
    activity["action"] = Value::from(action);
    if action == "add" {
        activity["channelData"]["settings"] = json!({"selectedChannel": {"id": chat.id}});
        activity["channelData"]["source"] = json!({"name": "message"});
    }
    activity
}

/// Members came (`membersAdded`) or went (`membersRemoved`).
pub(crate) fn conversation_update(
    world: &World,
    chat: &Conversation,
    person: &PersonRecord,
    id: &str,
    change: &str,
    members: Vec<Value>,
) -> Value {
    let mut activity = bare(world, chat, person, "conversationUpdate", id);
    activity[change] = Value::Array(members);
    activity
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_of_a_message_is_escaped() {
        assert_eq!(escape("a < b & c\nd"), "a &lt; b &amp; c<br/>d");
    }
}
