//! A node: an open store, and what people and tasks do with it, in one word each.

use std::sync::Arc;

use beckon::clock::Clock;
use beckon::engine::{Executed, Signals};
use beckon::store::{ExecuteError, NodeId, Origin, Request, Store};
use beckon_domain::agent::BotChannel;
use beckon_domain::card::CardCopy;
use beckon_domain::command::{ActResult, Action, Command, Envelope, Reply, Surface};
use beckon_domain::ids::{AgentId, CommandId, InvitationId, SessionId};
use beckon_domain::session::{Customer, Parameters, Session};
use jiff::Timestamp;

use super::place::{TENANT, TestClock, agent};

pub(super) struct Node {
    pub(super) store: Arc<dyn Store>,
    pub(super) signals: Arc<Signals>,
    pub(super) id: NodeId,
    pub(super) clock: Arc<TestClock>,
}

impl Node {
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Stops the node; another one can have its place.
    pub(super) async fn stop(self) {
        self.store.close().await;
    }

    /// Carries out a command under a key.
    pub(super) async fn run(&self, id: &str, command: Command) -> Result<Executed, ExecuteError> {
        self.store.execute(Request::call(envelope(id, command))).await
    }

    /// Carries out a command that is new by nature; it must be answered.
    pub(super) async fn reply(&self, command: Command) -> Reply {
        let id = format!("new:{}", self.clock.new_id());
        let executed = self.run(&id, command).await.unwrap_or_else(|error| panic!("{error}"));
        executed.reply.expect("every command is answered")
    }

    /// The first agents install the bot, in order of their numbers.
    pub(super) async fn install(&self, agents: u128) {
        for number in 1..=agents {
            self.clock.pass(jiff::SignedDuration::from_secs(1));
            let reference = format!("ref-{number}");
            self.reply(Command::AgentReachable {
                agent: agent(number),
                reference,
                channel: BotChannel::Teams,
            })
            .await;
        }
    }

    /// A customer writes; the session and the place.
    pub(super) async fn write(&self, account: &str, address: &str, text: &str) -> (SessionId, u64) {
        let new_session = SessionId(self.clock.new_id());
        match self.reply(message(account, address, text, new_session)).await {
            Reply::Stored { session, seq } => (session, seq),
            other => panic!("{other:?}"),
        }
    }

    /// The matcher offers a session; the invitation that rings now, if one does.
    pub(super) async fn offer(&self, session: SessionId) -> Option<InvitationId> {
        let invitation = InvitationId(self.clock.new_id());
        let reply = self.reply(Command::Offer { session, invitation }).await;
        matches!(reply, Reply::Offered { rung: true, .. }).then_some(invitation)
    }

    /// The dispatcher reports the card as displayed in the version that is wanted.
    pub(super) async fn show(&self, invitation: InvitationId) {
        let rows = self.store.card(TENANT, invitation).await.expect("it reads").expect("is there");
        let copy = CardCopy {
            conversation: "a:1".to_owned(),
            activity: format!("m-{invitation}"),
            shown: rows.invitation.card.wanted,
            kind: beckon_domain::card::CopyKind::Invitation,
        };
        self.reply(Command::CardShown { invitation, copy }).await;
    }

    pub(super) async fn act(
        &self,
        invitation: InvitationId,
        agent: AgentId,
        action: Action,
    ) -> ActResult {
        match self.reply(act(invitation, agent, action)).await {
            Reply::Acted { result, .. } => result,
            other => panic!("{other:?}"),
        }
    }

    /// A conversation of a customer with the agent who was idle for longest.
    pub(super) async fn connected(
        &self,
        account: &str,
        address: &str,
    ) -> (SessionId, InvitationId, AgentId) {
        let (session, _) = self.write(account, address, "Hello?").await;
        let invitation = self.offer(session).await.expect("somebody is free");
        self.show(invitation).await;
        let rows = self.store.card(TENANT, invitation).await.expect("it reads").expect("is there");
        let agent = rows.invitation.agent;
        assert_eq!(self.act(invitation, agent, Action::Accept).await, ActResult::Done);
        (session, invitation, agent)
    }

    pub(super) async fn session(&self, id: SessionId) -> Session {
        self.store.session(TENANT, id).await.expect("it reads").expect("the session is there")
    }

    /// Carries out everything that other commands left behind; how much there was.
    pub(super) async fn follow_up(&self) -> usize {
        let follow_ups = self.store.follow_ups(0, 100).await.expect("they read");
        let count = follow_ups.len();
        for follow_up in follow_ups {
            let envelope = envelope(&format!("follow-up:{}", follow_up.id), follow_up.command);
            let origin = Origin::FollowUp { id: follow_up.id };
            let done = self.store.execute(Request::from_origin(envelope, origin)).await;
            done.unwrap_or_else(|error| panic!("{error}"));
        }
        count
    }
}

pub(super) fn envelope(id: &str, command: Command) -> Envelope {
    Envelope { tenant: TENANT, id: CommandId(id.to_owned()), command }
}

pub(super) fn message(account: &str, address: &str, text: &str, new: SessionId) -> Command {
    Command::CustomerMessage {
        account: account.into(),
        customer: Customer { address: address.into(), name: Some("Grace Hopper".to_owned()) },
        text: text.to_owned(),
        parameters: Parameters::new(),
        new_session: new,
    }
}

pub(super) fn act(invitation: InvitationId, agent: AgentId, action: Action) -> Command {
    Command::Act { invitation, agent, action, surface: Surface::Console, seen: None }
}
