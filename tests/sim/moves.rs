//! Rarer tasks: moves between agents, ends by Beckon, what agents say about themselves.

use std::sync::Arc;

use beckon::clock::Clock;
use beckon::engine::Delivery;
use beckon_domain::agent::{Duty, Presence};
use beckon_domain::card::CopyKind;
use beckon_domain::command::{Action, Command, Envelope, RoomReport, Surface, SystemEnd};
use beckon_domain::ids::{AgentId, InvitationId, ServiceId, SessionId, TenantId};
use beckon_domain::intake;
use beckon_domain::invitation::{Invitation, InvitationState};
use beckon_domain::transfer::{TransferMode, TransferTo};
use beckon_domain::wrap_up::Actor;
use jiff::SignedDuration;

use crate::history::Task;
use crate::schedule::Going;
use crate::tasks::customer_of;
use crate::teams::chat;
use crate::world::World;

impl World {
    /// The futures of a rarer task.
    pub(crate) fn rarer(&mut self, task: Task) -> Vec<Going> {
        match task {
            Task::Transfer { session, to, agent } => self.transfer(session, to, agent),
            Task::TransferAnswered { session, refused } => {
                let Some((tenant, _, owner)) = self.nth_conversation(session) else {
                    return vec![];
                };
                let refused = refused.then(|| "busy".to_owned());
                let invitation = owner.invitation;
                self.tell(tenant, Command::TransferReported { invitation, refused })
            }
            Task::TakeOver { session, agent } => {
                let Some((tenant, session)) = self.nth_session(session) else { return vec![] };
                let (agent, invitation) = (self.colleague(tenant, agent), self.invitation_id());
                self.tell(tenant, Command::TakeOver { session, agent, invitation })
            }
            Task::Standby { session, agent } => {
                let Some((tenant, session)) = self.nth_session(session) else { return vec![] };
                let (agent, invitation) = (self.colleague(tenant, agent), self.invitation_id());
                self.tell(tenant, Command::StandbyAccepted { session, agent, invitation })
            }
            Task::Sweep { session, hours } => {
                let threshold = SignedDuration::from_hours(i64::from(hours));
                self.on_session(session, |session| Command::Sweep { session, threshold })
            }
            Task::SystemEnd { session, why } => {
                let reason = "simulated".to_owned();
                let why = match why % 4 {
                    0 => SystemEnd::TaskCancelled,
                    1 => SystemEnd::Spam,
                    2 => SystemEnd::ChannelFailed { reason },
                    _ => SystemEnd::InternalFailed { reason, by: None },
                };
                self.on_session(session, |session| Command::SystemEnd { session, why })
            }
            Task::Contact { place, customer, agent } => self.contact(place, customer, agent),
            Task::Outbound { place, customer } => {
                let place = self.place(place);
                let command = Command::StartOutbound {
                    account: place.account.clone(),
                    customer: customer_of(customer),
                    text: "May we ask you something?".to_owned(),
                    new_session: SessionId(self.clock.new_id()),
                    window: SignedDuration::from_mins(30),
                };
                self.tell(place.tenant, command)
            }
            Task::Introduce(n) => self.introduce(n),
            task => self.of_people(task),
        }
    }

    /// What agents do that is no answer.
    fn of_people(&mut self, task: Task) -> Vec<Going> {
        match task {
            Task::Duty { agent, on } => {
                let (tenant, agent) = self.rather_flagged(agent);
                let duty = if on { Duty::On } else { Duty::Off };
                self.tell(tenant, Command::SetDuty { agent, duty })
            }
            Task::Presence { agent, presence } => {
                let (tenant, agent) = self.flagged().unwrap_or_else(|| self.anybody(agent));
                let presence = match presence % 8 {
                    0 => Presence::Busy,
                    1 => Presence::Away,
                    2 => Presence::DoNotDisturb,
                    3 | 4 => Presence::Offline,
                    _ => Presence::Available,
                };
                self.tell(tenant, Command::SetPresence { agent, presence })
            }
            Task::TurnAway(n) => self.turn_away(n),
            Task::ResetRona(n) => {
                let (tenant, agent) = self.flagged().unwrap_or_else(|| self.anybody(n));
                self.tell(tenant, Command::ResetRona { agent, by: None, flag: None })
            }
            Task::Back(n) => {
                let Some((tenant, row)) = self.nth_invitation(n) else { return vec![] };
                let by = Some(Actor::Agent { agent: row.agent });
                let (agent, flag) = (row.agent, Some(row.id));
                self.tell(tenant, Command::ResetRona { agent, by, flag })
            }
            Task::ChatOpened(n) => {
                let (tenant, agent) = self.anybody(n);
                self.outside.lock().teams.chats.entry((tenant, agent)).or_insert(Ok(()));
                let reference = chat(tenant, agent);
                self.tell(tenant, Command::ChatOpened { agent, reference })
            }
            Task::ConsoleOpen(n) => {
                let (tenant, agent) = self.anybody(n);
                self.tell(tenant, Command::ConsoleOpen { agent })
            }
            Task::Seen { invitation, by } => {
                let Some((tenant, row)) = self.nth_invitation(invitation) else { return vec![] };
                let (own, invitation) = (row.agent, row.id);
                let agent = if by.is_multiple_of(4) { self.colleague(tenant, by / 4) } else { own };
                self.tell(tenant, Command::InvitationSeen { invitation, agent })
            }
            Task::Invites { agent, choice } => {
                let (tenant, agent) = self.anybody(agent);
                // Rather on: who is invited nowhere has no conversations.
                let invites = match choice % 8 {
                    0 => Some(false),
                    1..4 => None,
                    _ => Some(true),
                };
                self.tell(tenant, Command::SetInvites { agent, invites })
            }
            _ => vec![],
        }
    }

    /// Posts a control card and reports it, as the rooms do: when its answer is lost, nobody knows
    /// of it until it is clicked.
    fn introduce(&self, n: u16) -> Vec<Going> {
        let Some((tenant, session, owner)) = self.nth_conversation(n) else { return vec![] };
        let Some(attempt) = self.room((tenant, session)).map(|room| room.attempt) else {
            return vec![];
        };
        let (hands, sender) = (self.hands(0), Arc::clone(&self.cards));
        let invitation = owner.invitation;
        vec![Box::pin(async move {
            let Ok(Some(rows)) = hands.store.card(tenant, invitation).await else { return };
            let place = (format!("room/{session}"), CopyKind::Control);
            let now = hands.clock.now();
            if let Delivery::Shown(copy) = sender.post(tenant, &rows, place, now).await {
                let report = RoomReport::Introduced { invitation, copy };
                hands.command(tenant, Command::Room { session, attempt, report }).await;
            }
        })]
    }

    fn tell(&self, tenant: TenantId, command: Command) -> Vec<Going> {
        vec![Box::pin(self.hands(0).command(tenant, command))]
    }

    pub(crate) fn anybody(&self, n: u8) -> (TenantId, AgentId) {
        self.town.agents[usize::from(n) % self.town.agents.len()]
    }

    fn flagged(&self) -> Option<(TenantId, AgentId)> {
        let mut all = self.mirror.agents.all().filter(|(_, row)| row.rona_until.is_some());
        all.next().map(|(tenant, row)| (tenant, row.id))
    }

    /// Anybody, though every other time rather somebody who is flagged.
    fn rather_flagged(&self, n: u8) -> (TenantId, AgentId) {
        self.flagged().filter(|_| n.is_multiple_of(2)).unwrap_or_else(|| self.anybody(n))
    }

    /// What rings at one agent is declined, one after the other.
    fn turn_away(&self, n: u8) -> Vec<Going> {
        let rings = |row: &Invitation| matches!(row.state, InvitationState::Ringing { .. });
        let all: Vec<_> = self.mirror.invitations.all().filter(|(_, row)| rings(row)).collect();
        let Some((tenant, first)) = all.get(usize::from(n) % all.len().max(1)) else {
            return vec![];
        };
        let theirs = all.iter().filter(|it| it.0 == *tenant && it.1.agent == first.agent);
        let declines: Vec<_> = theirs.map(|(_, row)| decline(row)).collect();
        let (hands, tenant) = (self.hands(0), *tenant);
        vec![Box::pin(async move {
            for command in declines {
                hands.clone().command(tenant, command).await;
            }
        })]
    }

    fn colleague(&self, tenant: TenantId, n: u8) -> AgentId {
        let mut all = self.town.agents.iter().filter(|agent| agent.0 == tenant).cycle();
        all.nth(usize::from(n % 8)).expect("every tenant has agents").1
    }

    fn invitation_id(&self) -> InvitationId {
        InvitationId(self.clock.new_id())
    }

    fn transfer(&self, n: u16, to: u8, agent: u8) -> Vec<Going> {
        let Some((tenant, _, owner)) = self.nth_conversation(n) else { return vec![] };
        let mode = if to.is_multiple_of(2) { TransferMode::Blind } else { TransferMode::Safe };
        let target = match to / 2 % 4 {
            0 => TransferTo::Service { service: self.a_service(tenant, agent) },
            1 => TransferTo::Outside { address: "+41".to_owned(), mode },
            _ => TransferTo::Agent {
                agent: self.colleague(tenant, agent),
                invitation: self.invitation_id(),
                mode,
            },
        };
        let (agent, invitation) = (owner.agent, owner.invitation);
        self.tell(tenant, Command::Transfer { invitation, agent, target, note: None })
    }

    fn a_service(&self, tenant: TenantId, n: u8) -> ServiceId {
        let names: &[&str] =
            if tenant == self.town.places[0].tenant { &["support", "sales"] } else { &["support"] };
        names[usize::from(n) % names.len()].into()
    }

    fn contact(&self, place: u8, customer: u8, agent: u8) -> Vec<Going> {
        let (place, customer) = (self.place(place), customer_of(customer));
        let letter = self.diary.open().letters.len();
        let text = format!("letter {letter}");
        let id = letter.to_string();
        let (account, address) = (place.account.as_str(), customer.address.as_str());
        let envelope = Envelope {
            tenant: place.tenant,
            id: intake::message_key(account, address, &id),
            command: Command::ContactAgent {
                account: place.account.clone(),
                customer,
                text: text.clone(),
                parameters: beckon_domain::session::Parameters::new(),
                agent: self.colleague(place.tenant, agent),
                new_session: SessionId(self.clock.new_id()),
                invitation: self.invitation_id(),
            },
        };
        let hands = self.hands(0);
        let letter = hands.write(envelope, text, false);
        vec![Box::pin(hands.send(letter, None))]
    }
}

fn decline(row: &Invitation) -> Command {
    let (invitation, agent) = (row.id, row.agent);
    let (action, surface) = (Action::Decline, Surface::Console);
    Command::Act { invitation, agent, action, surface, seen: None }
}
