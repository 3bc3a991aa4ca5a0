//! What the rules cost: one call of `step`, rows and all. They run inside a store's transaction, so
//! they should be nothing beside it.

use beckon_domain::agent::{Agent, BotChat};
use beckon_domain::command::{Action, Command, Surface};
use beckon_domain::ids::{AgentId, InvitationId, SessionId};
use beckon_domain::session::{Customer, Parameters};
use beckon_domain::settings::{
    Account, CardRules, Channel, Distribution, FlowTexts, Intake, Rooms, Service, Silence,
};
use beckon_domain::step::{Env, Step, View, step};
use beckon_domain::wrap_up::WrapUp;
use divan::Bencher;
use jiff::Timestamp;
use uuid::Uuid;

fn main() {
    divan::main();
}

fn agents(count: u128) -> Vec<Agent> {
    let agent = |number| {
        let mut agent =
            Agent::new(AgentId(Uuid::from_u128(number)), "Ada".to_owned(), Timestamp::UNIX_EPOCH);
        agent.bot = BotChat::Active { reference: String::new() };
        agent
    };
    (1..=count).map(agent).collect()
}

fn service(members: &[Agent]) -> Service {
    Service {
        id: "support".into(),
        name: "Support".to_owned(),
        members: members.iter().map(|agent| agent.id).collect(),
        supervisors: Vec::new(),
        accounts: vec![Account { id: "website".into(), channel: Channel::Api }],
        distribution: Distribution::default(),
        wrap_up: WrapUp::default(),
        max_wait: None,
        sla_seconds: 20,
        texts: FlowTexts::default(),
        workflow: false,
        rooms: Rooms::default(),
        silence: Silence::default(),
        intake: Intake::default(),
        cards: CardRules::default(),
    }
}

fn run(view: View, command: &Command, service: &Service) -> Step {
    let now = Timestamp::UNIX_EPOCH;
    let env = Env { now, service: Some(service), push: false, notify: false };
    step(view, command, env).unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

fn first_message() -> Command {
    Command::CustomerMessage {
        account: "website".into(),
        customer: Customer { address: "grace".into(), name: Some("Grace Hopper".to_owned()) },
        text: "My order is lost.".to_owned(),
        parameters: Parameters::new(),
        new_session: SessionId(Uuid::from_u128(1)),
    }
}

fn offer() -> Command {
    let (session, invitation) = (SessionId(Uuid::from_u128(1)), invitation());
    Command::Offer { session, invitation }
}

fn invitation() -> InvitationId {
    InvitationId(Uuid::from_u128(2))
}

/// A session that waits, and the service's members.
fn waiting(service: &Service, members: &[Agent]) -> View {
    View {
        session: run(View::default(), &first_message(), service).session,
        agents: members.first().cloned().into_iter().collect(),
        candidates: members.to_vec(),
        ..View::default()
    }
}

/// A customer's first message: a session, a greeting, the queue.
#[divan::bench]
fn first_message_of_a_customer(bencher: Bencher<'_, '_>) {
    let service = service(&agents(10));
    let command = first_message();
    bencher.bench(|| run(View::default(), &command, &service));
}

/// Choosing whom to ring among so many members.
#[divan::bench(args = [10, 100, 1000])]
fn offer_among_members(bencher: Bencher<'_, '_>, members: u128) {
    let members = agents(members);
    let service = service(&members);
    let command = offer();
    bencher
        .with_inputs(|| waiting(&service, &members))
        .bench_values(|view| run(view, &command, &service));
}

/// The click that accepts.
#[divan::bench]
fn accept(bencher: Bencher<'_, '_>) {
    let members = agents(10);
    let service = service(&members);
    let rung = run(waiting(&service, &members), &offer(), &service);
    let view = View {
        session: rung.session,
        invitations: rung.invitations,
        agents: rung.agents,
        ..View::default()
    };
    let command = Command::Act {
        invitation: invitation(),
        agent: view.agents[0].id,
        action: Action::Accept,
        surface: Surface::Card,
        seen: None,
    };
    bencher.with_inputs(|| view.clone()).bench_values(|view| run(view, &command, &service));
}
