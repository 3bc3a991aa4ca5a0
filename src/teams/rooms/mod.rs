//! Rooms: where agent and customer talk when that is not the console (R2).
//!
//! Everything into a room goes through the lane `room/SESSION`: its making, handing it on, what the
//! customer and the console write, the closing line. So it all leaves in the order of commit, one
//! at a time, and waits behind the making.
//!
//! ```text
//!  accept ─► Open ─► asked ─► created ─► installed ─► control card ─► transcript ─► read ─► open
//!              └── each step is kept before the next; after a crash it goes on from there
//! ```
//!
//! | Module | What it gives |
//! |---|---|
//! | `open` | the making, step by step |
//! | `group` | conversations of channels other than Teams |
//! | `tidy` | another agent, the closing line, who leaves when |
//! | `posts`, `post`, `answer` | messages, and answers to who wrote |
//! | `look` | the look for a post whose answer was lost |
//! | `inbound`, `heard`, `typed` | what people do in the room |
//! | `read_back` | what was written while nobody listened |
//! | `words` | what Beckon says in a room |

mod answer;
mod calls;
mod group;
mod heard;
mod inbound;
mod look;
mod open;
mod post;
mod posts;
mod read_back;
mod tidy;
mod typed;
mod words;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use beckon_domain::command::{Command, RoomReport};
use beckon_domain::effect::{EffectBody, LaneKey, RoomTask};
use beckon_domain::ids::{AgentId, SessionId, TenantId};
use beckon_domain::room::{Provider, Room};
use botframework::activity::ConversationReference;
use botframework::service_url::ServiceUrl;
use botframework::turn::Proactive;
use jiff::Timestamp;

pub(super) use self::calls::is_young;
use self::read_back::ReadBack;
pub use self::read_back::note_refusals;
use super::cards::Cards;
use super::graph::{Breaker, GraphClient};
use super::group_chat;
use crate::engine::{EffectSender, Engine, Sent};
use crate::store::{ExecuteError, LaneClaim, OutboxEntry, RoomRows, StoreError};

/// What the Bot Framework calls Teams.
pub(super) const TEAMS: &str = "msteams";

/// What rooms are made with.
pub struct Rooms {
    engine: Engine,
    cards: Arc<Cards>,
    proactive: Proactive,
    graph: Option<GraphClient>,
    /// The accounts that are the second person of a room, by tenant: the next one is asked when
    /// one is refused.
    companions: HashMap<TenantId, Vec<AgentId>>,
    breakers: Mutex<HashMap<TenantId, Breaker>>,
    /// Where Teams serves a tenant, as it was seen last: for rooms whose agent has no chat with the
    /// bot.
    seen_at: Mutex<HashMap<TenantId, ServiceUrl>>,
    /// Where Teams serves whoever was not seen yet.
    opens_at: ServiceUrl,
    /// When this process began: what waited before may have been sent by its predecessor.
    started: Timestamp,
    read_back: ReadBack,
}

impl std::fmt::Debug for Rooms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rooms").field("graph", &self.graph).finish_non_exhaustive()
    }
}

impl Rooms {
    /// Makes rooms in Teams through `graph`; without it there are none but the console's and those
    /// of other channels. `opens_at` is where Teams is reached for a tenant that was not heard from.
    pub fn new(
        engine: Engine,
        cards: Arc<Cards>,
        proactive: Proactive,
        graph: Option<GraphClient>,
        companions: HashMap<TenantId, Vec<AgentId>>,
        opens_at: ServiceUrl,
    ) -> Self {
        let started = engine.clock().now();
        Self {
            engine,
            cards,
            proactive,
            graph,
            companions,
            breakers: Mutex::default(),
            seen_at: Mutex::default(),
            opens_at,
            started,
            read_back: ReadBack::default(),
        }
    }

    fn now(&self) -> Timestamp {
        self.engine.clock().now()
    }

    async fn rows(
        &self,
        tenant: TenantId,
        session: SessionId,
    ) -> Result<Option<RoomRows>, StoreError> {
        self.engine.store().room(tenant, session).await
    }

    /// Keeps what is known of a room before anything else is done with it.
    async fn report(
        &self,
        tenant: TenantId,
        room: &Room,
        report: RoomReport,
    ) -> Result<(), StoreError> {
        let (session, attempt) = (room.session, room.attempt);
        let command = Command::Room { session, attempt, report };
        match self.engine.execute_new(tenant, command).await {
            Ok(_) => Ok(()),
            Err(ExecuteError::Store(error)) => Err(error),
            Err(error) => {
                tracing::warn!(target: "teams.rooms", %session, %error, "a report was refused");
                Ok(())
            }
        }
    }

    /// How a room's chat is written to.
    async fn way_to(
        &self,
        tenant: TenantId,
        rows: &RoomRows,
    ) -> Result<Option<ConversationReference>, StoreError> {
        match &rows.room.reference {
            Some(chat) => self.way_into(tenant, &rows.room, chat).await,
            None => Ok(None),
        }
    }

    /// How a chat is written to that is, or was, a room of this session.
    async fn way_into(
        &self,
        tenant: TenantId,
        room: &Room,
        chat: &str,
    ) -> Result<Option<ConversationReference>, StoreError> {
        let own = match room.agent {
            Some(agent) => self.own_chat(tenant, agent).await?,
            None => None,
        };
        let mut way = if room.provider == Provider::Connector {
            own.map(|own| group::inside(own, chat.to_owned()))
        } else {
            let own = own.filter(|way| way.channel_id == TEAMS);
            let mut seen_at = self.seen_at.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(own) = own {
                seen_at.insert(tenant, own.service_url);
            }
            let at = seen_at.get(&tenant).unwrap_or(&self.opens_at);
            Some(group_chat::way(at.clone(), tenant, chat))
        };
        // A chat may be kept in another region than its agent's.
        let known = room.service_url.as_deref().filter(|_| room.reference.as_deref() == Some(chat));
        if let (Some(way), Some(Ok(url))) = (&mut way, known.map(str::parse)) {
            way.service_url = url;
        }
        Ok(way)
    }

    /// The agent's own chat with the bot, by which the bot's address and service are known.
    async fn own_chat(
        &self,
        tenant: TenantId,
        agent: AgentId,
    ) -> Result<Option<ConversationReference>, StoreError> {
        let row = self.engine.store().inbox(tenant, agent, 0).await?.agent;
        Ok(row.and_then(|row| match row.bot {
            beckon_domain::agent::BotChat::Active { reference } => {
                serde_json::from_str(&reference).ok()
            }
            _ => None,
        }))
    }

    fn draw_control(
        &self,
        tenant: TenantId,
        rows: &crate::store::CardRows,
    ) -> Result<super::cards::Drawn, String> {
        let known = self.engine.directory().tenant(tenant);
        let known = known.ok_or("its tenant is no longer configured")?;
        self.cards.draw_control(tenant, known, rows).map_err(|error| error.to_string())
    }

    async fn deliver(&self, claim: &LaneClaim, batch: &[OutboxEntry]) -> Result<Sent, StoreError> {
        let (Some(first), LaneKey::Room { session }) = (batch.first(), &claim.lane) else {
            return Ok(Sent::Delivered);
        };
        let Some(rows) = self.rows(claim.tenant, *session).await? else {
            return Ok(Sent::Delivered);
        };
        let stands = |entry: &OutboxEntry| rows.room.posted.contains(&entry.pos);
        match &first.effect.body {
            _ if batch.iter().all(stands) => Ok(Sent::Delivered),
            EffectBody::Message { .. } => self.post_messages(claim.tenant, rows, batch).await,
            EffectBody::Notice { .. } => Ok(Sent::Delivered),
            EffectBody::Room { task: RoomTask::Abandon { reference }, .. } => {
                Ok(self.leave(claim.tenant, reference).await)
            }
            EffectBody::Room { task: RoomTask::Answer { reference, answer }, .. } => {
                let (place, tried) = (first.pos, self.may_have_been_tried(first));
                self.answer(claim.tenant, &rows, reference, answer, (place, tried)).await
            }
            EffectBody::Room { attempt, .. } if *attempt != rows.room.attempt => {
                Ok(Sent::Delivered)
            }
            EffectBody::Room { task, .. } => match task {
                RoomTask::Open => {
                    let tried = self.may_have_been_tried(first);
                    self.open(claim.tenant, rows, tried).await
                }
                RoomTask::HandOver { from, to } => {
                    self.hand_over(claim.tenant, &rows, *from, *to).await
                }
                RoomTask::Close => {
                    let tried = self.may_have_been_tried(first);
                    self.close(claim.tenant, &rows, tried).await
                }
                RoomTask::Empty => self.empty(claim.tenant, &rows).await,
                RoomTask::Abandon { .. } | RoomTask::Answer { .. } => Ok(Sent::Delivered),
            },
        }
    }
}

#[async_trait]
impl EffectSender for Rooms {
    async fn send(&self, claim: &LaneClaim, batch: &[OutboxEntry]) -> Sent {
        match self.deliver(claim, batch).await {
            Ok(sent) => sent,
            Err(error) => {
                // What was done is in the row, or is done again to the same effect.
                Sent::Later { error: error.to_string(), after: None, counted: false }
            }
        }
    }
}
