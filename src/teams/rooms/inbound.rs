//! What people do in a room: they write, edit, come, go, and take the bot out.

use beckon_domain::command::{Command, Envelope, Reply, RoomReport, Written};
use beckon_domain::event::{EventKind, RoomEdit};
use beckon_domain::ids::{AgentId, CommandId, SessionId, TenantId};
use beckon_domain::intake::room_key;
use beckon_domain::room::RoomState;
use beckon_domain::text::{Typed, command};
use botframework::activity::{Activity, ActivityType};
use botframework::turn::HandlerError;

use super::heard::Heard;
use super::read_back::PATIENCE;
use super::{Rooms, words};
use crate::engine::Executed;
use crate::store::{ExecuteError, RoomRows, StoreError};
use crate::teams::people::Sender;

/// Somebody edited or deleted what they had written.
pub(super) struct Change<'a> {
    /// The chat.
    pub(super) chat: &'a str,
    /// What the chat calls the message.
    pub(super) message: &'a str,
    /// The new text; `None`: it was deleted.
    pub(super) text: Option<String>,
    /// When, as the chat says.
    pub(super) when: &'a str,
}

impl Rooms {
    /// Somebody wrote in a group chat. It concerns us when the chat is, or was, a room.
    pub(in crate::teams) async fn said(
        &self,
        activity: &Activity,
        sender: &Sender,
    ) -> Result<(), HandlerError> {
        self.settle_gaps().await?;
        let Some(rows) = self.room_of(activity, sender.tenant).await? else { return Ok(()) };
        let Some(message) = activity.id.as_deref() else { return Ok(()) };
        self.catch_up(sender.tenant, rows.room.session, PATIENCE).await;
        let here = activity.conversation_reference();
        self.note_reached(sender.tenant, &rows, activity).await?;
        let heard = Heard::of(activity);
        match command(&heard.typed) {
            Typed::NotACommand | Typed::WithMore(_) | Typed::Unknown(_) => {
                let chat = &activity.conversation.id;
                self.write(&rows, sender, chat, message, &heard).await?;
            }
            typed => {
                let key = room_key(&activity.conversation.id, message);
                if let Some(answer) = self.typed(&rows, sender, typed, key).await? {
                    self.say(&here, &answer).await;
                }
            }
        }
        Ok(())
    }

    /// Takes in a message that was read back, as if it had just been written; but who asked for
    /// help is not helped hours later.
    pub(super) async fn take_in(
        &self,
        rows: &RoomRows,
        sender: &Sender,
        chat: &str,
        message: &str,
        heard: &Heard,
    ) -> Result<(), HandlerError> {
        let key = room_key(chat, message);
        // Most of what is read back was heard: to learn that, nothing has to be written.
        if self.engine.store().recorded(sender.tenant, &key).await?.is_some() {
            return Ok(());
        }
        match command(&heard.typed) {
            Typed::NotACommand if heard.text.is_empty() && !heard.attached => Ok(()),
            Typed::NotACommand | Typed::WithMore(_) | Typed::Unknown(_) => {
                let executed = self.write(rows, sender, chat, message, heard).await?;
                if !executed.repeated {
                    metrics::counter!("beckon_room_messages_caught_up_total").increment(1);
                }
                Ok(())
            }
            typed => self.typed(rows, sender, typed, key).await.map(|_| ()),
        }
    }

    /// Gives a message to the session. Whoever does not reach the customer is told through the
    /// room's lane.
    async fn write(
        &self,
        rows: &RoomRows,
        sender: &Sender,
        chat: &str,
        message: &str,
        heard: &Heard,
    ) -> Result<Executed, HandlerError> {
        let (text, written) = match command(&heard.typed) {
            Typed::WithMore(word) | Typed::Unknown(word) => (word, Written::UnknownCommand),
            _ if heard.attached => (heard.text.as_str(), Written::WithFiles),
            _ => (heard.text.as_str(), Written::Text),
        };
        let command = Command::RoomMessage {
            session: rows.room.session,
            agent: sender.agent,
            reference: chat.to_owned(),
            text: text.to_owned(),
            written,
        };
        let id = room_key(chat, message);
        match self.engine.execute(Envelope { tenant: sender.tenant, id, command }).await {
            Ok(executed) => Ok(executed),
            Err(ExecuteError::Rejected(_)) => Ok(Executed::default()),
            Err(error) => Err(error.into()),
        }
    }

    /// Somebody edited or deleted what they wrote: noted where it was sent (R7).
    pub(in crate::teams) async fn changed(
        &self,
        activity: &Activity,
        sender: &Sender,
    ) -> Result<(), HandlerError> {
        self.settle_gaps().await?;
        let Some(rows) = self.room_of(activity, sender.tenant).await? else { return Ok(()) };
        let Some(message) = activity.id.as_deref() else { return Ok(()) };
        // What was edited may be what was missed.
        self.catch_up(sender.tenant, rows.room.session, PATIENCE).await;
        let text = (activity.kind == ActivityType::MessageUpdate).then(|| Heard::of(activity).text);
        let when = activity.timestamp.as_deref().unwrap_or_default();
        let change = Change { chat: &activity.conversation.id, message, text, when };
        self.note_change(sender.tenant, change).await
    }

    /// Notes that something which the customer has was edited or deleted, unless that is known.
    pub(super) async fn note_change(
        &self,
        tenant: TenantId,
        change: Change<'_>,
    ) -> Result<(), HandlerError> {
        let Change { chat, message, text, when } = change;
        let store = self.engine.store();
        let known = store.recorded(tenant, &room_key(chat, message)).await?;
        let Some(Reply::Stored { session, seq }) = known else { return Ok(()) };
        let kind = if text.is_some() { "edited" } else { "deleted" };
        let id = CommandId(format!("{kind}:{when}:{}", room_key(chat, message).as_str()));
        if store.recorded(tenant, &id).await?.is_some() {
            return Ok(());
        }
        let edit = RoomEdit::to(seq, text.as_deref());
        let command = if self.last_edit(tenant, session, seq).await? == edit {
            // Known, by a time in another spelling: what happened is read only once for this one.
            Command::Room { session, attempt: 0, report: RoomReport::Heard }
        } else {
            Command::RoomEdited { session, seq, text }
        };
        self.engine.execute(Envelope { tenant, id, command }).await?;
        Ok(())
    }

    /// What is known of a message of a room: as it was edited last, or as it was sent.
    async fn last_edit(
        &self,
        tenant: TenantId,
        session: SessionId,
        seq: u64,
    ) -> Result<RoomEdit, StoreError> {
        let store = self.engine.store();
        let events = store.events(tenant, session).await?;
        let edited = events.into_iter().rev().find_map(|event| match event.kind {
            EventKind::RoomMessageEdited(edit) if edit.message == seq => Some(edit),
            _ => None,
        });
        if let Some(edit) = edited {
            return Ok(edit);
        }
        let sent = store.messages(tenant, session, seq.saturating_sub(1), 1).await?.pop();
        Ok(RoomEdit::to(seq, sent.as_ref().map(|message| &*message.text)))
    }

    /// Keeps by which address a room was heard: it is answered by the same.
    async fn note_reached(
        &self,
        tenant: TenantId,
        rows: &RoomRows,
        activity: &Activity,
    ) -> Result<(), HandlerError> {
        let here = rows.room.open_chat() == Some(&*activity.conversation.id);
        let service_url = activity.service_url.to_string();
        if here && rows.room.service_url.as_ref() != Some(&service_url) {
            self.report(tenant, &rows.room, RoomReport::Reached { service_url }).await?;
        }
        Ok(())
    }

    /// Somebody came or went, or the room got another name.
    pub(in crate::teams) async fn updated(&self, activity: &Activity) -> Result<(), HandlerError> {
        let Some(tenant) = activity.tenant_id().and_then(|id| id.parse().ok()) else {
            return Ok(());
        };
        let Some(rows) = self.room_of(activity, tenant).await? else { return Ok(()) };
        let person = |account: &botframework::activity::ChannelAccount| -> Option<AgentId> {
            account.entra_object_id()?.parse().ok()
        };
        let owner = rows.session.owner().map(|owner| owner.agent);
        if activity.members_removed.iter().any(|member| activity.is_bot(member)) {
            return self.lost(activity, tenant, &rows, "the bot was taken out of the room").await;
        }
        let left: Vec<AgentId> = activity.members_removed.iter().filter_map(person).collect();
        if rows.room.agent.is_some_and(|agent| left.contains(&agent)) && owner == rows.room.agent {
            return self.lost(activity, tenant, &rows, "the agent left the room").await;
        }
        let known = self.companions.get(&tenant);
        let colleague = |agent: &AgentId| {
            owner != Some(*agent) && !known.is_some_and(|known| known.contains(agent))
        };
        if rows.session.is_open() {
            let added = activity.members_added.iter().filter_map(person).filter(colleague);
            let (supervisors, others): (Vec<_>, Vec<_>) =
                added.partition(|agent| self.supervises(tenant, &rows, *agent));
            for (who, welcome) in [(others, words::WELCOME), (supervisors, words::SUPERVISOR)] {
                if !who.is_empty() {
                    self.say(&activity.conversation_reference(), welcome).await;
                }
            }
        }
        if let Some(name) = activity.extra.get("topicName").and_then(serde_json::Value::as_str)
            && name != rows.room.name
        {
            self.report_of(activity, tenant, &rows, RoomReport::Renamed { name: name.to_owned() })
                .await?;
        }
        Ok(())
    }

    /// The bot was taken out of a group chat.
    pub(in crate::teams) async fn uninstalled(
        &self,
        activity: &Activity,
        tenant: TenantId,
    ) -> Result<(), HandlerError> {
        let Some(rows) = self.room_of(activity, tenant).await? else { return Ok(()) };
        self.lost(activity, tenant, &rows, "the bot was taken out of the room").await
    }

    async fn lost(
        &self,
        activity: &Activity,
        tenant: TenantId,
        rows: &RoomRows,
        reason: &str,
    ) -> Result<(), HandlerError> {
        let here = rows.room.reference.as_deref() == Some(&*activity.conversation.id);
        if here && matches!(rows.room.state, RoomState::Open { .. }) {
            let report = RoomReport::Lost { reason: reason.to_owned() };
            self.report_of(activity, tenant, rows, report).await?;
        }
        Ok(())
    }

    /// A report that comes of an activity: delivered twice, it counts once.
    async fn report_of(
        &self,
        activity: &Activity,
        tenant: TenantId,
        rows: &RoomRows,
        report: RoomReport,
    ) -> Result<(), HandlerError> {
        let (session, attempt): (SessionId, u32) = (rows.room.session, rows.room.attempt);
        let command = Command::Room { session, attempt, report };
        let chat = &activity.conversation.id;
        let id = match &activity.id {
            Some(id) => CommandId(format!("activity:{chat}:{id}")),
            None => CommandId(format!("activity:{chat}:{}", self.engine.clock().new_id())),
        };
        self.engine.execute(Envelope { tenant, id, command }).await?;
        Ok(())
    }

    /// The room that a group chat is, or was.
    async fn room_of(
        &self,
        activity: &Activity,
        tenant: TenantId,
    ) -> Result<Option<RoomRows>, HandlerError> {
        let chat = &activity.conversation.id;
        match self.engine.store().session_of_chat(tenant, chat).await? {
            Some(session) => Ok(self.rows(tenant, session).await?),
            None => Ok(None),
        }
    }
}
