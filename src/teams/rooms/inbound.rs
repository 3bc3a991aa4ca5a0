//! What people do in a room: they write, edit, come, go, and take the bot out.

use beckon_domain::command::{
    ActResult, Action, Command, Envelope, NotSent, Reply, RoomReport, Surface,
};
use beckon_domain::ids::{AgentId, CommandId, SessionId, TenantId};
use beckon_domain::intake::room_key;
use beckon_domain::room::RoomState;
use beckon_domain::text::{Typed, command};
use botframework::activity::{Activity, ActivityType, ConversationReference};
use botframework::limiter::Priority;
use botframework::turn::HandlerError;

use super::heard::Heard;
use super::{Rooms, words};
use crate::engine::Executed;
use crate::store::{ExecuteError, RoomRows};
use crate::teams::people::Sender;

impl Rooms {
    /// Somebody wrote in a group chat. It concerns us when the chat is, or was, a room.
    pub(in crate::teams) async fn said(
        &self,
        activity: &Activity,
        sender: &Sender,
    ) -> Result<(), HandlerError> {
        let Some(rows) = self.room_of(activity, sender.tenant).await? else { return Ok(()) };
        let Some(message) = activity.id.as_deref() else { return Ok(()) };
        self.catch_up(sender.tenant, rows.room.session).await;
        let here = activity.conversation_reference();
        let Heard { text, typed, attached } = Heard::of(activity);
        match command(&typed) {
            Typed::NotACommand if attached && text.trim().is_empty() => {
                self.say(&here, words::attachment(false)).await;
            }
            Typed::NotACommand => {
                let chat = &activity.conversation.id;
                let executed = self.write(&rows, sender, chat, message, &text).await?;
                match executed.reply {
                    // Said before, and answered before.
                    _ if executed.repeated => {}
                    Some(Reply::NotSent { why }) => {
                        self.say(&here, &self.why_not(sender.tenant, &rows, why)).await;
                    }
                    _ if attached => self.say(&here, words::attachment(true)).await,
                    _ => {}
                }
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

    /// Takes in a message that was read back. Whoever does not reach the customer is told, as if it
    /// had just been written; who asked for help is not helped hours later.
    pub(super) async fn take_in(
        &self,
        rows: &RoomRows,
        sender: &Sender,
        chat: &str,
        message: &str,
        heard: &Heard,
    ) -> Result<(), String> {
        let say = |error: HandlerError| error.to_string();
        let text = &heard.text;
        match command(&heard.typed) {
            Typed::NotACommand if text.is_empty() => Ok(()),
            Typed::NotACommand => {
                let executed = self.write(rows, sender, chat, message, text).await.map_err(say)?;
                if executed.repeated {
                    return Ok(());
                }
                metrics::counter!("beckon_room_messages_caught_up_total").increment(1);
                if let Some(Reply::NotSent { why }) = executed.reply
                    && let Ok(Some(way)) = self.way_to(sender.tenant, rows).await
                {
                    self.say(&way, &self.why_not(sender.tenant, rows, why)).await;
                }
                Ok(())
            }
            typed @ (Typed::End | Typed::Park | Typed::Unpark) => {
                let key = room_key(chat, message);
                self.typed(rows, sender, typed, key).await.map(|_| ()).map_err(say)
            }
            Typed::Help | Typed::Unknown(_) => Ok(()),
        }
    }

    async fn write(
        &self,
        rows: &RoomRows,
        sender: &Sender,
        chat: &str,
        message: &str,
        text: &str,
    ) -> Result<Executed, HandlerError> {
        let command = Command::RoomMessage {
            session: rows.room.session,
            agent: sender.agent,
            reference: chat.to_owned(),
            text: text.to_owned(),
        };
        let id = room_key(chat, message);
        match self.engine.execute(Envelope { tenant: sender.tenant, id, command }).await {
            Ok(executed) => Ok(executed),
            Err(ExecuteError::Rejected(_)) => Ok(Executed::default()),
            Err(error) => {
                // The channel may give up; then it is found in the room.
                self.missed().await;
                Err(error.into())
            }
        }
    }

    /// Carries out what was typed, for the agent whose conversation it is. What to answer, if
    /// anything has to be said beside what the room shows.
    async fn typed(
        &self,
        rows: &RoomRows,
        sender: &Sender,
        typed: Typed<'_>,
        id: CommandId,
    ) -> Result<Option<String>, HandlerError> {
        let action = match typed {
            Typed::End => Action::Terminate,
            Typed::Park => Action::Park,
            Typed::Unpark => Action::Unpark,
            Typed::Help | Typed::NotACommand => return Ok(Some(words::help())),
            Typed::Unknown(word) => return Ok(Some(words::unknown_command(word))),
        };
        let Some(owner) = rows.session.owner() else {
            return Ok(Some(match rows.session.phase {
                beckon_domain::session::Phase::Ended { at, .. } => {
                    words::not_sent(NotSent::Ended { at }, None)
                }
                _ => words::not_sent(NotSent::NotConnected, None),
            }));
        };
        if owner.agent != sender.agent {
            return Ok(Some(self.why_not(sender.tenant, rows, NotSent::NotYours)));
        }
        let (invitation, agent, surface) = (owner.invitation, sender.agent, Surface::Console);
        let command = Command::Act { invitation, agent, action, surface, seen: None };
        let executed = self.engine.execute(Envelope { tenant: sender.tenant, id, command }).await;
        Ok(match executed {
            Ok(Executed { repeated: true, .. }) => None,
            Ok(Executed { reply: Some(Reply::Acted { result: ActResult::Done, .. }), .. }) => {
                match action {
                    Action::Park => Some("Parked. Type /unpark to take it up again.".to_owned()),
                    Action::Unpark => Some("You are in the conversation again.".to_owned()),
                    // The closing line says it.
                    _ => None,
                }
            }
            Ok(_) => Some("Nothing was changed.".to_owned()),
            Err(ExecuteError::Rejected(rejection)) => {
                Some(format!("Nothing was changed: {rejection}."))
            }
            Err(error) => return Err(error.into()),
        })
    }

    /// Somebody edited or deleted what they wrote: noted where it was sent (R7).
    pub(in crate::teams) async fn changed(
        &self,
        activity: &Activity,
        sender: &Sender,
    ) -> Result<(), HandlerError> {
        let Some(rows) = self.room_of(activity, sender.tenant).await? else { return Ok(()) };
        let Some(message) = activity.id.as_deref() else { return Ok(()) };
        let chat = &activity.conversation.id;
        let known = self.engine.store().recorded(sender.tenant, &room_key(chat, message)).await?;
        let Some(Reply::Stored { session, seq }) = known else { return Ok(()) };
        let text = (activity.kind == ActivityType::MessageUpdate).then(|| Heard::of(activity).text);
        let when = activity.timestamp.as_deref().unwrap_or_default();
        let kind = activity.kind.as_str();
        let id = CommandId(format!("{kind}:{when}:{}", room_key(chat, message).as_str()));
        let command = Command::RoomEdited { session, seq, text };
        let executed = self.engine.execute(Envelope { tenant: sender.tenant, id, command }).await?;
        if !executed.repeated && rows.session.is_open() {
            self.say(&activity.conversation_reference(), words::KEPT).await;
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
        if rows.session.is_open()
            && activity.members_added.iter().filter_map(person).any(|agent| colleague(&agent))
        {
            self.say(&activity.conversation_reference(), words::WELCOME).await;
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

    fn why_not(&self, tenant: TenantId, rows: &RoomRows, why: NotSent) -> String {
        let owner = rows.session.owner().map(|owner| owner.agent);
        let tenant = self.engine.directory().tenant(tenant);
        let name = owner.and_then(|owner| tenant.and_then(|tenant| tenant.agent_name(owner)));
        words::not_sent(why, name)
    }

    /// Says something, as far as it gets through: whoever is told is in the room.
    async fn say(&self, there: &ConversationReference, text: &str) {
        let activity = botframework::activity::OutgoingActivity::text(text);
        if let Err(error) = self.proactive.send(there, activity, Priority::Interactive).await {
            tracing::warn!(target: "teams.rooms", %error, "an answer did not get through");
        }
    }
}
