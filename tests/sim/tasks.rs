//! From the tasks of a history to futures.

use std::collections::BTreeMap;
use std::sync::Arc;

use beckon::clock::Clock;
use beckon::engine::turn;
use beckon::store::Slot;
use beckon_domain::agent::BotChannel;
use beckon_domain::card::CopyKind;
use beckon_domain::command::{Action, Command, Envelope, Surface};
use beckon_domain::face::Face;
use beckon_domain::ids::{AgentId, SessionId, TenantId};
use beckon_domain::intake::{self, CardActionData, SAVE_CODES};
use beckon_domain::invitation::Invitation;
use beckon_domain::session::{Customer, Owner, Parameters};
use beckon_domain::wrap_up::{Actor, Audit, Codes};
use tokio_util::sync::CancellationToken;

use crate::history::Task;
use crate::people::agent_key;
use crate::schedule::Going;
use crate::teams::{Blocked, Post, chat};
use crate::town::{CODES, CUSTOMERS, Place};
use crate::world::World;

/// What an agent can choose on a card.
fn verbs(face: Face) -> &'static [&'static str] {
    match face {
        Face::Invitation => &["accept", "accept", "decline"],
        Face::Returning => &["accept", "decline", "decline"],
        Face::Accepted => &["terminate"],
        Face::Terminated => &["finish", "codes", "codes", "extend"],
        Face::Result => &["codes"],
        _ => &[],
    }
}

/// How much is read together: little, so that queues have several pages.
const AT_ONCE: usize = 2;

const ALL_VERBS: [&str; 8] =
    ["accept", "decline", "terminate", "finish", "extend", "park", "unpark", "hand_back"];

impl World {
    /// The futures of a task; none where there is nothing to do it to.
    pub(crate) fn begin(&mut self, task: Task) -> Vec<Going> {
        let hands = self.hands(0);
        match task {
            Task::Write { place, customer } => {
                let letter = self.letter(place, customer, false);
                vec![Box::pin(hands.send(letter, None))]
            }
            Task::Return(n) => {
                let Some((place, customer)) = self.correspondent(n) else { return vec![] };
                let letter = self.letter(place, customer, false);
                vec![Box::pin(hands.send(letter, None))]
            }
            Task::Hasty { place, customer, patience } => {
                let letter = self.letter(place, customer, true);
                let slot = Arc::new(Slot::default());
                vec![
                    Box::pin(hands.clone().send(letter, Some(Arc::clone(&slot)))),
                    Box::pin(hands.lose_patience(slot, patience)),
                ]
            }
            Task::Again(n) => {
                let letters = self.diary.open().letters.len();
                let letter = (letters > 0).then(|| usize::from(n) % letters.max(1));
                let Some(letter) = letter.filter(|letter| hands.may_repeat(*letter)) else {
                    return vec![];
                };
                vec![Box::pin(hands.send(letter, None))]
            }
            Task::Leave(n) => self.on_session(n, |session| Command::CustomerLeft { session }),
            Task::AdminEnd(n) => {
                let by = Actor::Key { name: "office".to_owned() };
                let audit = Some(Audit { by, reason: "Fire drill.".to_owned() });
                self.on_session(n, |session| Command::AdminEnd { session, audit })
            }
            Task::Codes { invitation, said } => self.say_codes(invitation, said),
            Task::Click { post, verb } => self.click(post, verb, None),
            Task::Foreign { post, agent } => {
                let agent = self.town.agents[usize::from(agent) % self.town.agents.len()].1;
                self.click(post, 0, Some(agent))
            }
            Task::ClickAgain(n) => {
                let diary = self.diary.open();
                let clicks = &diary.clicks;
                let again = clicks.get(usize::from(n) % clicks.len().max(1));
                again
                    .map(|click| click.envelope.clone())
                    .map_or(vec![], |envelope| vec![Box::pin(hands.click(envelope)) as Going])
            }
            Task::Console { invitation, verb } => self.console(invitation, verb),
            Task::Say(n) => self.say(n),
            Task::Install(n) => self.install(n),
            Task::Remove { agent, blocked } => self.remove(agent, blocked),
            Task::Lease(node) => vec![Box::pin(hands.lease(node % 3))],
            Task::Follow => vec![Box::pin(hands.follow())],
            Task::Wait(seconds) => vec![Box::pin(hands.wait(seconds))],
            Task::Offers => {
                turn_of(async move { drop(turn::offers(&hands.engine, AT_ONCE).await) })
            }
            Task::Timers => vec![Box::pin(hands.timers())],
            Task::FollowUps => {
                turn_of(async move { drop(turn::follow_ups(&hands.engine, AT_ONCE).await) })
            }
            Task::Lanes(node) => {
                let (hands, effects) = (self.hands(node), Arc::clone(&self.effects));
                turn_of(async move { drop(turn::effects(&hands.engine, &*effects).await) })
            }
            Task::Cards => {
                let cards = Arc::clone(&self.cards);
                turn_of(async move { drop(turn::cards(&hands.engine, &*cards).await) })
            }
            Task::Upkeep(node) => {
                let hands = self.hands(node);
                turn_of(async move { drop(turn::upkeep(&hands.engine).await) })
            }
            Task::Day(node) => {
                let hands = self.hands(node);
                turn_of(async move {
                    drop(turn::sweep(&hands.engine, &CancellationToken::new()).await);
                })
            }
            other => self.rarer(other),
        }
    }

    fn letter(&mut self, place: u8, customer: u8, hasty: bool) -> usize {
        let (place, customer) = (self.place(place), customer_of(customer));
        let n = self.diary.open().letters.len();
        let text = format!("letter {n}");
        let envelope = Envelope {
            tenant: place.tenant,
            id: intake::message_key(
                place.account.as_str(),
                customer.address.as_str(),
                &n.to_string(),
            ),
            command: Command::CustomerMessage {
                account: place.account.clone(),
                customer,
                text: text.clone(),
                parameters: Parameters::new(),
                new_session: SessionId(self.clock.new_id()),
            },
        };
        self.hands(0).write(envelope, text, hasty)
    }

    /// Who wrote a session, and where.
    fn correspondent(&self, n: u16) -> Option<(u8, u8)> {
        let (tenant, id) = self.nth_session(n)?;
        let session = self.mirror.session((tenant, id))?;
        let here = |place: &Place| place.tenant == tenant && place.account == session.account;
        let place = self.town.places.iter().position(here)?;
        let address = &session.customer.address;
        let customer = (0..CUSTOMERS as u8).find(|n| customer_of(*n).address == *address)?;
        Some((u8::try_from(place).ok()?, customer))
    }

    pub(crate) fn place(&self, n: u8) -> &Place {
        &self.town.places[usize::from(n) % self.town.places.len()]
    }

    pub(crate) fn nth_session(&self, n: u16) -> Option<(TenantId, SessionId)> {
        let order = &self.mirror.order;
        // Rather the young ones: the old have ended.
        let back = usize::from(n) % order.len().clamp(1, 6);
        order.len().checked_sub(1 + back).map(|at| order[at])
    }

    pub(crate) fn on_session(
        &self,
        n: u16,
        command: impl FnOnce(SessionId) -> Command,
    ) -> Vec<Going> {
        let Some((tenant, session)) = self.nth_session(n) else { return vec![] };
        vec![Box::pin(self.hands(0).command(tenant, command(session)))]
    }

    fn click(&mut self, n: u16, verb: u8, by: Option<AgentId>) -> Vec<Going> {
        let post = {
            let outside = self.outside.lock();
            let posts: Vec<&Post> = outside.teams.on_display().collect();
            let back = usize::from(n) % posts.len().clamp(1, 8);
            let Some(at) = posts.len().checked_sub(1 + back) else { return vec![] };
            posts[at].clone()
        };
        vec![Box::pin(self.hands(0).click(click_on(&post, verb, by)))]
    }

    fn console(&self, n: u16, verb: u8) -> Vec<Going> {
        let Some((tenant, row)) = self.nth_invitation(n) else { return vec![] };
        let action =
            Action::from_verb(ALL_VERBS[usize::from(verb) % ALL_VERBS.len()]).expect("a verb");
        let command = Command::Act {
            invitation: row.id,
            agent: row.agent,
            action,
            surface: Surface::Console,
            seen: None,
        };
        vec![Box::pin(self.hands(0).command(tenant, command))]
    }

    /// Over the API: what is said takes the place of all that was.
    fn say_codes(&self, n: u16, said: u8) -> Vec<Going> {
        let Some((tenant, row)) = self.nth_invitation(n) else { return vec![] };
        let command = Command::SetCodes {
            invitation: row.id,
            by: Actor::Key { name: "office".to_owned() },
            codes: said_codes(said),
            keep: false,
            surface: Surface::Console,
            seen: None,
        };
        vec![Box::pin(self.hands(0).command(tenant, command))]
    }

    /// An invitation, rather one of the young.
    pub(crate) fn nth_invitation(&self, n: u16) -> Option<(TenantId, &Invitation)> {
        let rows = &self.mirror.invitations.rows;
        let back = usize::from(n) % rows.len().clamp(1, 6);
        rows.iter().nth_back(back).map(|((tenant, _), (_, row))| (*tenant, row))
    }

    /// A session that an agent has.
    pub(crate) fn nth_conversation(&self, n: u16) -> Option<(TenantId, SessionId, Owner)> {
        let owned = |(tenant, id): &(TenantId, SessionId)| {
            let owner = self.mirror.session((*tenant, *id))?.owner()?;
            Some((*tenant, *id, owner))
        };
        let all: Vec<_> = self.mirror.order.iter().filter_map(owned).collect();
        all.get(usize::from(n) % all.len().max(1)).copied()
    }

    fn say(&mut self, n: u16) -> Vec<Going> {
        let Some((tenant, session, owner)) = self.nth_conversation(n) else { return vec![] };
        let agent = owner.agent;
        let letter = self.diary.open().letters.len();
        let text = format!("letter {letter}");
        let envelope = Envelope {
            tenant,
            id: agent_key(session, letter),
            command: Command::AgentMessage { session, agent, text: text.clone() },
        };
        let hands = self.hands(0);
        let letter = hands.write(envelope, text, false);
        vec![Box::pin(hands.send(letter, None))]
    }

    pub(crate) fn install(&mut self, n: u8) -> Vec<Going> {
        let (tenant, agent) = self.town.agents[usize::from(n) % self.town.agents.len()];
        self.outside.lock().teams.chats.insert((tenant, agent), Ok(()));
        let reference = chat(tenant, agent);
        let command = Command::AgentReachable { agent, reference, channel: BotChannel::Teams };
        vec![Box::pin(self.hands(0).command(tenant, command))]
    }

    fn remove(&mut self, n: u8, blocked: bool) -> Vec<Going> {
        let (tenant, agent) = self.town.agents[usize::from(n) % self.town.agents.len()];
        self.outside.lock().teams.chats.insert((tenant, agent), Err(Blocked(blocked)));
        let command = Command::AgentUnreachable { agent, blocked };
        vec![Box::pin(self.hands(0).command(tenant, command))]
    }
}

/// A customer; some have a name, and do not always say it.
pub(crate) fn customer_of(n: u8) -> Customer {
    let (who, mood) = (usize::from(n) % CUSTOMERS, usize::from(n) / CUSTOMERS);
    let address = format!("c{who}");
    let says_it = who.is_multiple_of(2) && mood.is_multiple_of(2);
    let name = says_it.then(|| format!("Name of {address}"));
    Customer { address: address.as_str().into(), name }
}

fn turn_of(future: impl Future<Output = ()> + 'static) -> Vec<Going> {
    vec![Box::pin(future)]
}

/// A click on a card, with what the card as it is displayed carries in its data.
pub(crate) fn click_on(post: &Post, verb: u8, by: Option<AgentId>) -> Envelope {
    let valid = verbs(post.shows.face);
    let verbs = if valid.is_empty() || verb % 8 == 7 { &ALL_VERBS[..] } else { valid };
    let agent = by.unwrap_or(post.agent);
    let message = (verb % 5 != 4).then_some(post.activity.as_str());
    // In a room everybody sees the same card; an invitation was forwarded.
    let conversation = match post.kind {
        CopyKind::Control => post.conversation.clone(),
        CopyKind::Invitation => chat(post.tenant, agent),
    };
    let version = post.shows.data.version;
    let verb_name = verbs[usize::from(verb / 8) % verbs.len()];
    let click = intake::Click {
        agent,
        verb: verb_name,
        data: CardActionData {
            invitation: post.invitation,
            version,
            inputs: if verb_name == SAVE_CODES { inputs(verb, version) } else { BTreeMap::new() },
        },
        conversation: &conversation,
        kind: post.kind,
        message,
        activity: None,
        answered: verb % 3 != 2,
    };
    let commands = intake::codes(&click).or_else(|| intake::click(&click).ok());
    let (id, command) = commands.expect("the verb is one of ours");
    Envelope { tenant: post.tenant, id, command }
}

/// What somebody says about a conversation; now and then what nobody can say.
fn said_codes(n: u8) -> Codes {
    let code = |n: u8| CODES.get(usize::from(n) % 4).map(|code| (*code).to_owned());
    let tags = (0..n / 16 % 3).map(|tag| format!("tag {tag}")).collect();
    let codes = if n.is_multiple_of(32) { Some("weather".to_owned()) } else { code(n) };
    Codes { codes, codes2: code(n / 4), tags }
}

/// The same as a card sends it, where something has to be said.
fn inputs(n: u8, version: u32) -> BTreeMap<String, String> {
    let Codes { codes, codes2, tags } = said_codes(n);
    let tags = if tags.is_empty() { "vip".to_owned() } else { tags.join(", ") };
    [("codes", codes), ("codes2", codes2), ("tags", Some(tags))]
        .into_iter()
        .filter_map(|(what, said)| Some((intake::input_id(what, version), said?)))
        .collect()
}
