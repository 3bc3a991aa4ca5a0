//! Rows in memory, and a clock that is turned by hand: what a store and the engine do around
//! [`step`], at its simplest.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::agent::{Agent, BotChat};
use crate::card::{CardCopy, CopyKind};
use crate::command::{
    ActResult, Action, CardFailure, Command, FlowStep, Reply, RoomReport, Surface,
};
use crate::effect::Effect;
use crate::event::{Event, EventKind};
use crate::ids::{AccountId, Address, AgentId, InvitationId, SessionId};
use crate::invitation::{Invitation, InvitationState};
use crate::outcome::Outcome;
use crate::report::{Report, fold};
use crate::room::Room;
use crate::session::{Customer, Message, Parameters, Phase, Session};
use crate::settings::{
    Account, CardRules, Channel, Distribution, FlowTexts, Intake, Rooms, Service, Silence,
};
use crate::step::{
    Anchor, Env, Newcomer, Rejection, RowKey, Step, StepError, View, candidates, had_before,
    named_agents, plan, step,
};
use crate::timer::{Timer, TimerKey};
use crate::transfer::{TransferMode, TransferTo};
use crate::wrap_up::{Actor, Code, CodeList, Codes, WrapUp};

#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) now: Timestamp,
    pub(crate) service: Service,
    /// Whether the service is still in the configuration.
    pub(crate) configured: bool,
    pub(crate) sessions: BTreeMap<SessionId, Session>,
    pub(crate) invitations: BTreeMap<InvitationId, Invitation>,
    pub(crate) agents: BTreeMap<AgentId, Agent>,
    pub(crate) rooms: BTreeMap<SessionId, Room>,
    pub(crate) messages: Vec<(SessionId, Message)>,
    pub(crate) events: Vec<(SessionId, Event)>,
    pub(crate) timers: Vec<Timer>,
    pub(crate) effects: Vec<Effect>,
    /// Every follow-up there was; each has been carried out.
    pub(crate) follow_ups: Vec<Command>,
    /// Customers whom the tenant's block list names.
    pub(crate) blocked: Vec<crate::ids::Address>,
    /// Whether the channel account has a webhook.
    pub(crate) push: bool,
    /// Whether the tenant wants notices.
    pub(crate) notify: bool,
    next_id: u128,
}

pub(crate) fn agent(number: u128) -> AgentId {
    AgentId(Uuid::from_u128(number))
}

impl World {
    /// A service whose `agents` have all installed the bot; idle in the order of their numbers.
    pub(crate) fn new(agents: u128) -> Self {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let members: Vec<AgentId> = (1..=agents).map(agent).collect();
        let mut world = Self {
            now,
            service: Service {
                id: "support".into(),
                name: "Support".to_owned(),
                members: members.clone(),
                supervisors: Vec::new(),
                accounts: vec![Account { id: "website".into(), channel: Channel::Api }],
                distribution: Distribution::default(),
                wrap_up: WrapUp {
                    length: Some(SignedDuration::from_secs(20)),
                    extensions: 1,
                    codes: Some(CodeList {
                        name: "Topic".into(),
                        codes: vec![Code { id: "billing".to_owned(), label: "Billing".into() }],
                        required: false,
                    }),
                    tags: true,
                    ..WrapUp::default()
                },
                max_wait: Some(SignedDuration::from_mins(15)),
                sla_seconds: 30,
                texts: FlowTexts::default(),
                workflow: false,
                rooms: Rooms::default(),
                silence: Silence::default(),
                intake: Intake::default(),
                cards: CardRules::default(),
            },
            configured: true,
            sessions: BTreeMap::new(),
            invitations: BTreeMap::new(),
            agents: BTreeMap::new(),
            rooms: BTreeMap::new(),
            messages: Vec::new(),
            events: Vec::new(),
            timers: Vec::new(),
            effects: Vec::new(),
            follow_ups: Vec::new(),
            blocked: Vec::new(),
            push: false,
            notify: false,
            next_id: 1000,
        };
        for (id, name) in members.into_iter().zip(["Ada", "Ben", "Cleo", "Dan", "Eve"]) {
            let mut row = Agent::new(id, name.to_owned(), now);
            row.bot = BotChat::Active { reference: String::new() };
            world.agents.insert(id, row);
            world.now = world.now.saturating_add(SignedDuration::from_secs(1)).unwrap();
        }
        world
    }

    pub(crate) fn pass(&mut self, seconds: i64) {
        self.now = self.now.saturating_add(SignedDuration::from_secs(seconds)).unwrap();
    }

    pub(crate) fn fresh(&mut self) -> Uuid {
        self.next_id += 1;
        Uuid::from_u128(self.next_id)
    }

    pub(crate) fn run(&mut self, command: &Command) -> Result<Reply, Rejection> {
        let mut wanted = Vec::new();
        let (known, step) = loop {
            let view = self.view(command, &wanted);
            let known = view.session.as_ref().map(|session| session.id);
            let env = Env {
                now: self.now,
                service: self.configured.then_some(&self.service),
                push: self.push,
                notify: self.notify,
            };
            let result = step(view.clone(), command, env);
            assert_eq!(result, crate::step::step(view, command, env), "pure");
            match result {
                Ok(step) => break (known, step),
                Err(StepError::Rejected(rejection)) => return Err(rejection),
                Err(StepError::NeedRows(keys)) => {
                    assert!(!keys.is_empty() && keys.iter().all(|key| !wanted.contains(key)));
                    wanted.extend(keys);
                    assert!(wanted.len() <= 3, "a few rounds at most: {wanted:?}");
                }
            }
        };
        Ok(self.write_down(known, step))
    }

    /// Writes a step, then carries out what follows from it.
    fn write_down(&mut self, known: Option<SessionId>, step: Step) -> Reply {
        let session = step.session.as_ref().map(|session| session.id).or(known);
        if let Some(session) = session {
            self.messages.extend(step.messages.into_iter().map(|row| (session, row)));
            self.events.extend(step.events.into_iter().map(|row| (session, row)));
        }
        self.sessions.extend(step.session.map(|row| (row.id, row)));
        for row in step.invitations {
            self.invitations.insert(row.id, row);
            // The store's unique index, checked after every single row.
            let accepted =
                |row: &&Invitation| matches!(row.state, InvitationState::Accepted { .. });
            let mut sessions: Vec<_> =
                self.invitations.values().filter(accepted).map(|row| row.session).collect();
            let rows = sessions.len();
            sessions.sort_unstable();
            sessions.dedup();
            assert_eq!(rows, sessions.len(), "one accepted invitation per session");
        }
        self.rooms.extend(step.room.map(|row| (row.session, row)));
        self.agents.extend(step.agents.into_iter().map(|row| (row.id, row)));
        for timer in step.timers {
            self.timers.retain(|known| known.key != timer.key);
            self.timers.push(timer);
        }
        self.effects.extend(step.effects);
        self.follow_ups.extend(step.follow_ups.iter().cloned());
        for command in step.follow_ups {
            let stored = serde_json::to_string(&command).unwrap();
            let command: Command = serde_json::from_str(&stored).unwrap();
            self.run(&command).unwrap();
        }
        step.reply.expect("every command is answered")
    }

    /// The rows that an executor would lock and load.
    fn view(&self, command: &Command, wanted: &[RowKey]) -> View {
        let mut view = View::default();
        let named = match plan(command) {
            Anchor::Address { account, address } => {
                let mine = |row: &&Session| {
                    row.is_open() && row.account == account && row.customer.address == address
                };
                view.session = self.sessions.values().find(mine).cloned();
                if view.session.is_none() {
                    view.newcomer = self.newcomer(&account, &address);
                }
                None
            }
            Anchor::Session(id) => {
                view.session = self.sessions.get(&id).cloned();
                None
            }
            Anchor::Invitation(id) => {
                let session = self.invitations.get(&id).map(|row| row.session);
                view.session = session.and_then(|id| self.sessions.get(&id).cloned());
                Some(id)
            }
            Anchor::Agent(id) => {
                view.agents.extend(self.agents.get(&id).cloned());
                return view;
            }
        };
        let session = view.session.as_ref().map(|row| row.id);
        let asked = |row: &Invitation| wanted.contains(&RowKey::Invitation(row.id));
        view.invitations = self
            .invitations
            .values()
            .filter(|row| Some(row.session) == session)
            .filter(|row| row.state.is_live() || named == Some(row.id) || asked(row))
            .cloned()
            .collect();
        // A store may give them in any order.
        view.invitations.reverse();
        view.room = session.and_then(|id| self.rooms.get(&id).cloned());
        let mut agents: Vec<AgentId> = view.invitations.iter().map(|row| row.agent).collect();
        agents.extend(named_agents(command));
        let service = self.configured.then_some(&self.service);
        agents.extend(had_before(&view.newcomer, service, self.now));
        agents.extend(wanted.iter().filter_map(|key| match key {
            RowKey::Agent(id) => Some(*id),
            RowKey::Invitation(_) => None,
        }));
        agents.sort_unstable();
        agents.dedup();
        view.agents = agents.iter().filter_map(|id| self.agents.get(id).cloned()).collect();
        if candidates(command) {
            let members = self.service.members.iter();
            view.candidates = members.filter_map(|id| self.agents.get(id).cloned()).collect();
        }
        view
    }

    fn newcomer(&self, account: &AccountId, address: &Address) -> Newcomer {
        let of_address =
            |row: &&Session| row.account == *account && row.customer.address == *address;
        let open = self.sessions.values().filter(|row| row.is_open()).count();
        Newcomer {
            last: self.sessions.values().rfind(of_address).cloned(),
            open: u32::try_from(open).unwrap(),
            blocked: self.blocked.contains(address),
        }
    }

    // What people do, in one word each.

    pub(crate) fn write(&mut self, address: &str, text: &str) -> SessionId {
        let new_session = SessionId(self.fresh());
        let command = Command::CustomerMessage {
            account: "website".into(),
            customer: Customer { address: address.into(), name: Some("Grace Hopper".to_owned()) },
            text: text.to_owned(),
            parameters: Parameters::new(),
            new_session,
        };
        match self.run(&command).unwrap() {
            Reply::Stored { session, .. } => session,
            other => panic!("{other:?}"),
        }
    }

    /// Offers the session; the invitation that rings, if one does.
    pub(crate) fn offer(&mut self, session: SessionId) -> Option<InvitationId> {
        let invitation = InvitationId(self.fresh());
        let reply = self.run(&Command::Offer { session, invitation }).unwrap();
        matches!(reply, Reply::Offered { rung: true, .. }).then_some(invitation)
    }

    pub(crate) fn deliver(&mut self, invitation: InvitationId) {
        let version = self.invitations[&invitation].card.wanted;
        let copy = CardCopy {
            conversation: "a:1".to_owned(),
            activity: format!("m-{invitation}"),
            shown: version,
            kind: CopyKind::Invitation,
        };
        self.run(&Command::CardShown { invitation, copy }).unwrap();
    }

    pub(crate) fn ring(&mut self, session: SessionId) -> InvitationId {
        let invitation = self.offer(session).expect("somebody is free");
        self.deliver(invitation);
        invitation
    }

    /// What rings for the session: already, for a customer who comes back, or from now on.
    pub(crate) fn rung(&mut self, session: SessionId) -> InvitationId {
        match self.phase(session).clone() {
            Phase::Ringing { invitations } => {
                self.deliver(invitations[0]);
                invitations[0]
            }
            _ => self.ring(session),
        }
    }

    pub(crate) fn act(&mut self, invitation: InvitationId, action: Action) -> ActResult {
        let agent = self.invitations[&invitation].agent;
        self.act_as(invitation, agent, action)
    }

    pub(crate) fn act_as(
        &mut self,
        invitation: InvitationId,
        agent: AgentId,
        action: Action,
    ) -> ActResult {
        let surface = Surface::Card;
        let command = Command::Act { invitation, agent, action, surface, seen: None };
        match self.run(&command).unwrap() {
            Reply::Acted { result, .. } => result,
            other => panic!("{other:?}"),
        }
    }

    /// The agent says what the conversation was about; an empty code says nothing.
    pub(crate) fn say(
        &mut self,
        invitation: InvitationId,
        code: &str,
        tags: &[&str],
    ) -> Result<ActResult, Rejection> {
        let by = Actor::Agent { agent: self.invitations[&invitation].agent };
        let codes = (!code.is_empty()).then(|| code.to_owned());
        let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        let codes = Codes { codes, codes2: None, tags };
        let (keep, surface) = (true, Surface::Card);
        let command = Command::SetCodes { invitation, by, codes, keep, surface, seen: None };
        match self.run(&command)? {
            Reply::Acted { result, .. } => Ok(result),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn fail(&mut self, invitation: InvitationId, failure: CardFailure) {
        self.run(&Command::CardFailed { invitation, failure }).unwrap();
    }

    pub(crate) fn show(&mut self, invitation: InvitationId, activity: &str, shown: u32) {
        let copy = CardCopy {
            conversation: "a:1".to_owned(),
            activity: activity.to_owned(),
            shown,
            kind: CopyKind::Invitation,
        };
        self.run(&Command::CardShown { invitation, copy }).unwrap();
    }

    pub(crate) fn fire(&mut self, key: TimerKey) {
        let timer =
            self.timers.iter().position(|timer| timer.key == key).expect("the timer is set");
        let timer = self.timers.remove(timer);
        self.now = self.now.max(timer.due);
        self.run(&Command::Timer(timer)).unwrap();
    }

    /// Runs what must not be refused.
    pub(crate) fn must(&mut self, command: &Command) -> Reply {
        self.run(command).unwrap_or_else(|rejection| panic!("{command:?}: {rejection}"))
    }

    /// The session's agent moves it on.
    pub(crate) fn transfer(&mut self, invitation: InvitationId, target: TransferTo) -> ActResult {
        let agent = self.invitations[&invitation].agent;
        let command = Command::Transfer { invitation, agent, target, note: None };
        match self.must(&command) {
            Reply::Acted { result, .. } => result,
            other => panic!("{other:?}"),
        }
    }

    /// A move to an agent, and the invitation that rings at them.
    pub(crate) fn transfer_to(
        &mut self,
        invitation: InvitationId,
        to: AgentId,
        mode: TransferMode,
    ) -> InvitationId {
        let rings = InvitationId(self.fresh());
        let target = TransferTo::Agent { agent: to, invitation: rings, mode };
        assert_eq!(self.transfer(invitation, target), ActResult::Done);
        self.deliver(rings);
        rings
    }

    pub(crate) fn flow(&mut self, session: SessionId, step: FlowStep) {
        self.must(&Command::Flow { session, step });
    }

    pub(crate) fn room(&mut self, session: SessionId, report: RoomReport) {
        let attempt = self.rooms[&session].attempt;
        self.must(&Command::Room { session, attempt, report });
    }

    pub(crate) fn outcome(&self, session: SessionId) -> Option<Outcome> {
        match self.phase(session) {
            Phase::Ended { outcome, .. } => Some(*outcome),
            _ => None,
        }
    }

    /// What the events of a session tell.
    pub(crate) fn report(&self, session: SessionId) -> Report {
        let events = self.events.iter().filter(|row| row.0 == session);
        fold(&events.map(|row| row.1.clone()).collect::<Vec<_>>())
    }

    pub(crate) fn connected(&mut self) -> (SessionId, InvitationId) {
        let session = self.write("grace", "Hello?");
        let invitation = self.rung(session);
        assert_eq!(self.act(invitation, Action::Accept), ActResult::Done);
        (session, invitation)
    }

    pub(crate) fn has_timer(&self, key: TimerKey) -> bool {
        self.timers.iter().any(|timer| timer.key == key)
    }

    pub(crate) fn phase(&self, session: SessionId) -> &Phase {
        &self.sessions[&session].phase
    }

    pub(crate) fn state(&self, invitation: InvitationId) -> &InvitationState {
        &self.invitations[&invitation].state
    }

    pub(crate) fn happened(&self, wanted: impl Fn(&EventKind) -> bool) -> usize {
        self.events.iter().filter(|(_, event)| wanted(&event.kind)).count()
    }
}
