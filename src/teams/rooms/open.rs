//! The making of a room, step by step. What a step has done is kept before the next one begins, so
//! that after a crash it goes on, and no step that cannot be repeated is.

use std::time::Duration;

use beckon_domain::card::{CardCopy, CopyKind};
use beckon_domain::command::{Command, RoomReport};
use beckon_domain::ids::{AgentId, TenantId};
use beckon_domain::room::{Made, Provider, Room, RoomState};
use botframework::activity::{ConversationReference, OutgoingActivity, TextFormat};
use botframework::limiter::Priority;

use super::calls::{is_young, later, of_connector, refused};
use super::{Rooms, TEAMS, posts, words};
use crate::engine::{Sent, crash};
use crate::store::{RoomRows, StoreError};
use crate::teams::graph::{Chat, GraphClient, GraphError};

/// For how long an answer to the making of a chat is waited for. When it comes later, the
/// conversation has gone on elsewhere, and the room is nobody's.
const PATIENCE: Duration = Duration::from_secs(8);
/// The most messages that are read for a transcript; most have to be short for so many to be shown.
const TRANSCRIPT: usize = 2_000;

/// How a step came out: done, or what to tell the lane.
pub(super) type Step = Result<Result<(), Sent>, StoreError>;

impl Rooms {
    /// Makes a room, from where the row says it stands.
    pub(super) async fn open(
        &self,
        tenant: TenantId,
        mut rows: RoomRows,
        tried: bool,
    ) -> Result<Sent, StoreError> {
        let (session, attempt) = (rows.room.session, rows.room.attempt);
        if rows.room.made == Made::Asked {
            return Ok(refused("it is unclear whether a room was made before a restart"));
        }
        loop {
            let opening =
                matches!(rows.room.state, RoomState::Wanted { .. } | RoomState::Opening { .. });
            // Ended meanwhile, or given up: what there is to close is the next thing in the lane.
            if !opening || rows.room.attempt != attempt || rows.room.provider == Provider::Console {
                return Ok(Sent::Delivered);
            }
            let step = match (rows.room.made, rows.room.provider, &self.graph) {
                (Made::Installed, ..) => self.introduce(tenant, &rows).await?,
                (Made::Introduced, ..) => self.transcribe(tenant, &rows, tried).await?,
                (made, Provider::Connector, _) => self.open_group(tenant, &rows, made).await?,
                (_, _, None) => Err(refused("there is no [tenant.graph] in the configuration")),
                (Made::Nothing | Made::Asked, _, Some(graph)) => {
                    self.create(graph, tenant, &rows).await?
                }
                (Made::Created, _, Some(graph)) => self.install(graph, tenant, &rows).await?,
                (Made::Transcribed, _, Some(graph)) => self.prove(graph, tenant, &rows).await?,
            };
            crash::point("room.step");
            if let Err(sent) = step {
                return Ok(sent);
            }
            match self.rows(tenant, session).await? {
                Some(fresh) => rows = fresh,
                None => return Ok(Sent::Delivered),
            }
        }
    }

    /// Asks for the chat. That it is about to be asked for is kept first: only an explicit no makes
    /// it safe to ask again.
    async fn create(&self, graph: &GraphClient, tenant: TenantId, rows: &RoomRows) -> Step {
        let room = &rows.room;
        let Some(agent) = room.agent else {
            return Ok(Err(refused("nobody is to be in the room")));
        };
        let companions = self.companions.get(&tenant).cloned().unwrap_or_default();
        if companions.is_empty() {
            return Ok(Err(refused("the tenant has no companion accounts")));
        }
        if !self.may_ask(tenant) {
            return Ok(Err(refused("Graph failed again and again: it is left alone for a minute")));
        }
        if !self.note_asking(tenant, room).await? {
            return Ok(Ok(()));
        }
        let made = self.ask(graph, tenant, rows, agent, companions).await;
        crash::point("room.made");
        match made {
            Some(Ok(Chat { id, web_url })) => {
                self.answered(tenant);
                let report = RoomReport::Created { reference: id, url: web_url };
                self.report(tenant, room, report).await?;
                Ok(Ok(()))
            }
            Some(Err(error)) => {
                if !error.may_have_happened() {
                    self.report(tenant, room, RoomReport::NotCreated).await?;
                }
                Ok(Err(self.of_graph(tenant, &error)))
            }
            None => Ok(Err(refused("Graph did not answer in time whether it made the room"))),
        }
    }

    /// Keeps that the room is about to be asked for; false: it is not to be any more.
    pub(super) async fn note_asking(
        &self,
        tenant: TenantId,
        room: &Room,
    ) -> Result<bool, StoreError> {
        self.report(tenant, room, RoomReport::Opening).await?;
        let fresh = self.rows(tenant, room.session).await?.map(|rows| rows.room);
        let asking = |room: &Room| {
            room.made == Made::Asked && matches!(room.state, RoomState::Opening { .. })
        };
        let going_on = fresh.as_ref().is_some_and(asking);
        if going_on {
            crash::point("room.asked");
        }
        Ok(going_on)
    }

    /// Has a chat made with one companion after the other; `None`: no answer in time. The asking
    /// goes on then, and what comes of it is reported: a room that nobody was let into.
    async fn ask(
        &self,
        graph: &GraphClient,
        tenant: TenantId,
        rows: &RoomRows,
        agent: AgentId,
        companions: Vec<AgentId>,
    ) -> Option<Result<Chat, GraphError>> {
        let (graph, name) = (graph.clone(), rows.room.name.clone());
        let mut asking = tokio::spawn(async move {
            let mut last = None;
            for companion in companions {
                match graph.create_chat(tenant, &name, &[agent, companion]).await {
                    // This account is not good, or anything else: the other one is tried.
                    Err(error @ GraphError::Refused { .. }) => last = Some(Err(error)),
                    answer => return Some(answer),
                }
            }
            last
        });
        if let Ok(answer) = tokio::time::timeout(PATIENCE, &mut asking).await {
            return answer.ok().flatten();
        }
        let (engine, room) = (self.engine.clone(), rows.room.clone());
        tokio::spawn(async move {
            let Ok(Some(Ok(chat))) = asking.await else { return };
            tracing::warn!(
                target: "teams.rooms", session = %room.session, chat = chat.id,
                "a room was made too late; nobody uses it, and it may be deleted"
            );
            let (session, attempt) = (room.session, room.attempt);
            let report = RoomReport::Created { reference: chat.id, url: chat.web_url };
            let command = Command::Room { session, attempt, report };
            if let Err(error) = engine.execute_new(tenant, command).await {
                tracing::warn!(target: "teams.rooms", %error, "it could not be noted");
            }
        });
        None
    }

    async fn install(&self, graph: &GraphClient, tenant: TenantId, rows: &RoomRows) -> Step {
        let Some(chat) = &rows.room.reference else { return Ok(Err(refused("it has no chat"))) };
        match graph.install_app(tenant, chat).await {
            Ok(()) => {
                self.answered(tenant);
                self.report(tenant, &rows.room, RoomReport::Installed).await?;
                Ok(Ok(()))
            }
            Err(error) => Ok(Err(self.of_graph(tenant, &error))),
        }
    }

    /// Posts the control card, the first thing in a room (R7). Should its answer be lost, there are
    /// two, and the other one is adopted when it is clicked.
    pub(super) async fn introduce(&self, tenant: TenantId, rows: &RoomRows) -> Step {
        let Some(owner) = rows.session.owner() else {
            return Ok(Err(later("nobody has the session just now", None)));
        };
        let Some(card) = self.engine.store().card(tenant, owner.invitation).await? else {
            return Ok(Err(refused("its invitation is gone")));
        };
        let Some(way) = self.way_to(tenant, rows).await? else {
            return Ok(Err(refused("the way to the agent's tenant is not known")));
        };
        let drawn = match self.draw_control(tenant, &card) {
            Ok(drawn) => drawn,
            Err(error) => return Ok(Err(refused(error))),
        };
        let activity = OutgoingActivity::adaptive_card(drawn.card).summary(drawn.summary);
        let shown = card.invitation.card.wanted;
        match self.proactive.send(&way, activity, Priority::Interactive).await {
            Ok(Some(activity)) => {
                let (conversation, kind) = (way.conversation_id, CopyKind::Control);
                let copy = CardCopy { conversation, activity, shown, kind };
                let report = RoomReport::Introduced { invitation: owner.invitation, copy };
                self.report(tenant, &rows.room, report).await?;
                Ok(Ok(()))
            }
            Ok(None) => Ok(Err(refused("Teams gave no id for the control card"))),
            Err(error) => Ok(Err(of_connector(&error, self.is_young(rows)))),
        }
    }

    /// Posts what was said before the room, as one as far as that fits (R4).
    async fn transcribe(&self, tenant: TenantId, rows: &RoomRows, tried: bool) -> Step {
        let until = rows.room.transcript;
        let after = until.saturating_sub(TRANSCRIPT as u64);
        let limit = usize::try_from(until - after).unwrap_or(TRANSCRIPT);
        let messages =
            self.engine.store().messages(tenant, rows.room.session, after, limit).await?;
        let texts = posts::transcript(&messages, &rows.session.customer.label());
        let post = match self.post_all(tenant, rows, &texts, tried).await? {
            Ok(post) => post,
            Err(sent) => return Ok(Err(sent)),
        };
        self.report(tenant, &rows.room, RoomReport::Transcribed { post }).await?;
        Ok(Ok(()))
    }

    /// Reads the room once: without consent to it the agent would write into the void (R2).
    async fn prove(&self, graph: &GraphClient, tenant: TenantId, rows: &RoomRows) -> Step {
        let Some(chat) = &rows.room.reference else { return Ok(Err(refused("it has no chat"))) };
        match graph.messages(tenant, chat, None, 1).await {
            Ok(_) => {
                self.answered(tenant);
                let report = RoomReport::Opened { reference: chat.clone() };
                self.report(tenant, &rows.room, report).await?;
                Ok(Ok(()))
            }
            Err(error) => Ok(Err(self.unread(tenant, &error))),
        }
    }

    /// Whether the room is so young that Teams may not know all of it yet.
    pub(super) fn is_young(&self, rows: &RoomRows) -> bool {
        is_young(&rows.room, self.now())
    }

    /// A text in Teams' markup; where nobody reads that, without any.
    pub(super) fn text(way: &ConversationReference, html: &str) -> OutgoingActivity {
        if way.channel_id == TEAMS {
            OutgoingActivity::text(html).text_format(TextFormat::Xml)
        } else {
            OutgoingActivity::text(words::plain(html)).text_format(TextFormat::Plain)
        }
    }
}
