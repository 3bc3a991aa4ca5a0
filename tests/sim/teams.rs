//! Teams as the simulation knows it: which cards each agent's chat displays.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use beckon::clock::Clock;
use beckon::directory::Directory;
use beckon::engine::{CardSender, Delivery};
use beckon::store::CardRows;
use beckon_domain::agent::BotChat;
use beckon_domain::card::{CardCopy, CopyKind};
use beckon_domain::command::CardFailure;
use beckon_domain::face::{CardData, Face, card_data};
use beckon_domain::ids::{AgentId, InvitationId, TenantId};
use jiff::{SignedDuration, Timestamp};

use crate::clock::ManualClock;
use crate::outside::{Answer, Inner, Outside};

/// What is displayed, in the order in which it was posted.
#[derive(Default)]
pub(crate) struct Teams {
    pub(crate) posts: Vec<Post>,
    /// Chats that the bot may write to, and whether it is blocked in the others.
    pub(crate) chats: BTreeMap<(TenantId, AgentId), Result<(), Blocked>>,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Blocked(pub(crate) bool);

/// A message with a card.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    pub(crate) tenant: TenantId,
    pub(crate) agent: AgentId,
    pub(crate) conversation: String,
    pub(crate) kind: CopyKind,
    pub(crate) activity: String,
    pub(crate) invitation: InvitationId,
    pub(crate) shows: Shows,
    pub(crate) gone: bool,
}

/// What a card says.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Shows {
    pub(crate) face: Face,
    pub(crate) data: CardData,
    /// Whether it offers to take the flag away that it brought.
    pub(crate) flagged: bool,
}

/// The conversation between an agent and the bot.
pub(crate) fn chat(tenant: TenantId, agent: AgentId) -> String {
    format!("chat/{tenant}/{agent}")
}

/// What the card of these rows has to say.
pub(crate) fn truth(directory: &Directory, tenant: TenantId, rows: &CardRows) -> Shows {
    let service = directory.tenant(tenant).and_then(|known| known.service(&rows.session.service));
    let service = service.expect("services stay configured");
    let face = Face::shown(&rows.invitation, &rows.session);
    // The others do not say where the conversation is.
    let names_room = matches!(face, Face::Accepted | Face::Terminated | Face::Result);
    let room = rows.room.as_ref().filter(|_| names_room);
    let mut data = card_data(&rows.invitation, &rows.session, service, room);
    data.moment = 0;
    // While it asks, a card is not repainted for what was said elsewhere (B4).
    if let Some(codes) = data.codes.as_mut().filter(|codes| codes.open) {
        codes.tags.clear();
        codes.lists.iter_mut().flatten().for_each(|list| list.chosen = None);
    }
    let flagged = matches!(face, Face::Missed | Face::Declined)
        && rows.agent.as_ref().is_some_and(|agent| agent.rona_for == Some(rows.invitation.id));
    Shows { face, data, flagged }
}

impl Teams {
    pub(crate) fn post(&self, activity: &str) -> Option<&Post> {
        self.posts.iter().find(|post| post.activity == activity)
    }

    /// What agents see.
    pub(crate) fn on_display(&self) -> impl Iterator<Item = &Post> {
        self.posts.iter().filter(|post| !post.gone)
    }
}

/// Sends cards to these Teams, the way the product's sender does.
pub(crate) struct Sender {
    pub(crate) directory: Arc<Directory>,
    pub(crate) outside: Outside,
    pub(crate) clock: Arc<ManualClock>,
}

#[async_trait]
impl CardSender for Sender {
    async fn send(&self, tenant: TenantId, rows: &CardRows, now: Timestamp) -> Vec<Delivery> {
        let active = |bot: &BotChat| matches!(bot, BotChat::Active { .. });
        if !rows.agent.as_ref().is_some_and(|agent| active(&agent.bot)) {
            let reason = "not installed".to_owned();
            return vec![Delivery::Failed(CardFailure::Unreachable { blocked: false, reason })];
        }
        let truth = truth(&self.directory, tenant, rows);
        let card = &rows.invitation.card;
        let mut deliveries = Vec::new();
        if card.wants_post() {
            let (place, kind) = (chat(tenant, rows.invitation.agent), CopyKind::Invitation);
            deliveries.push(self.post(tenant, rows, (place, kind), now).await);
        }
        for copy in card.copies.iter().filter(|copy| copy.shown < card.wanted) {
            deliveries.push(self.update(tenant, rows, copy, &truth).await);
        }
        deliveries
    }
}

impl Sender {
    /// Posts a card: the invitation, or the control card of a room.
    pub(crate) async fn post(
        &self,
        tenant: TenantId,
        rows: &CardRows,
        (conversation, kind): (String, CopyKind),
        now: Timestamp,
    ) -> Delivery {
        self.outside.travel().await;
        let displayed = truth(&self.directory, tenant, rows);
        let (agent, shown) = (rows.invitation.agent, displayed.data.version);
        let answered = {
            let mut outside = self.outside.lock();
            ask(&mut outside, tenant, agent).map(|answer| {
                let activity = format!("post-{}", outside.teams.posts.len() + 1);
                if matches!(answer, Answer::Ok | Answer::Lost) {
                    outside.teams.posts.push(Post {
                        tenant,
                        agent,
                        conversation: conversation.clone(),
                        kind,
                        activity: activity.clone(),
                        invitation: rows.invitation.id,
                        shows: displayed,
                        gone: false,
                    });
                }
                (answer, activity)
            })
        };
        self.outside.travel().await;
        match answered {
            Err(failure) => Delivery::Failed(failure),
            Ok((Answer::Ok, activity)) => {
                Delivery::Shown(CardCopy { conversation, activity, shown, kind })
            }
            Ok((answer, _)) => Delivery::Failed(failure(answer, now)),
        }
    }

    async fn update(
        &self,
        tenant: TenantId,
        rows: &CardRows,
        copy: &CardCopy,
        shows: &Shows,
    ) -> Delivery {
        self.outside.travel().await;
        let answered = {
            let mut outside = self.outside.lock();
            let answer = ask(&mut outside, tenant, rows.invitation.agent);
            let known =
                outside.teams.posts.iter_mut().find(|post| {
                    post.activity == copy.activity && !post.gone && post.tenant == tenant
                });
            match (answer, known) {
                (Err(failure), _) => Err(failure),
                (Ok(_), None) => Err(CardFailure::Gone { activity: copy.activity.clone() }),
                (Ok(answer), Some(post)) => {
                    if matches!(answer, Answer::Ok | Answer::Lost) {
                        post.shows = shows.clone();
                    }
                    Ok(answer)
                }
            }
        };
        self.outside.travel().await;
        match answered {
            Err(failure) => Delivery::Failed(failure),
            Ok(Answer::Ok) => {
                Delivery::Shown(CardCopy { shown: rows.invitation.card.wanted, ..copy.clone() })
            }
            Ok(answer) => Delivery::Failed(failure(answer, self.clock.now())),
        }
    }
}

fn ask(outside: &mut Inner, tenant: TenantId, agent: AgentId) -> Result<Answer, CardFailure> {
    match outside.teams.chats.get(&(tenant, agent)) {
        Some(Ok(())) => Ok(outside.answer()),
        chat => {
            let blocked = matches!(chat, Some(Err(Blocked(true))));
            Err(CardFailure::Unreachable { blocked, reason: "403".to_owned() })
        }
    }
}

fn failure(answer: Answer, now: Timestamp) -> CardFailure {
    let pause = match answer {
        Answer::Refused => return CardFailure::Refused { reason: "400".to_owned() },
        Answer::Limited => SignedDuration::from_secs(10),
        _ => SignedDuration::from_secs(2),
    };
    CardFailure::Later { at: now + pause }
}
