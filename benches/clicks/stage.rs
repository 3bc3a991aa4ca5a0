//! Beckon's engine over a store, with as many services as asked for and a dispatcher
//! whose network takes no time.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use beckon::clock::{Clock, SharedClock, SystemClock};
use beckon::directory::{Directory, Tenant};
use beckon::engine::{
    CardSender, Delivery, EffectSender, Engine, Executor, Senders, Sent, Signals, Stop,
};
use beckon::store::postgres::{Options, PostgresStore};
use beckon::store::sqlite::{DEFAULT_BATCH, SqliteStore};
use beckon::store::{CardRows, LaneClaim, OutboxEntry, Store};
use beckon_domain::agent::BotChannel;
use beckon_domain::card::CardCopy;
use beckon_domain::command::{Command, Envelope};
use beckon_domain::ids::{Address, AgentId, CommandId, InvitationId, SessionId, TenantId};
use beckon_domain::session::{Customer, Parameters, Phase};
use beckon_domain::settings::{
    Account, CardRules, Channel, Distribution, FlowTexts, Intake, Rooms, Service, Silence,
};
use beckon_domain::wrap_up::WrapUp;
use jiff::{SignedDuration, Timestamp};
use tokio_util::task::TaskTracker;
use uuid::Uuid;

pub(crate) type Failure = Box<dyn std::error::Error>;

/// Agents of a service.
pub(crate) const PER_SERVICE: usize = 10;

/// Every card is on display at once and every push arrives: the network is not what is measured.
struct Nowhere;

#[async_trait]
impl CardSender for Nowhere {
    async fn send(&self, _tenant: TenantId, rows: &CardRows, _now: Timestamp) -> Vec<Delivery> {
        vec![Delivery::Shown(CardCopy {
            kind: beckon_domain::card::CopyKind::Invitation,
            conversation: "a:1".to_owned(),
            activity: rows.invitation.id.to_string(),
            shown: rows.invitation.card.wanted,
        })]
    }
}

#[async_trait]
impl EffectSender for Nowhere {
    async fn send(&self, _claim: &LaneClaim, _batch: &[OutboxEntry]) -> Sent {
        Sent::Delivered
    }
}

pub(crate) struct Stage {
    pub(crate) engine: Engine,
    pub(crate) tenant: TenantId,
    pub(crate) services: usize,
    store: Arc<dyn Store>,
    tasks: TaskTracker,
    stop: Stop,
    folder: Option<PathBuf>,
}

/// What a store and its engine share.
struct Parts {
    tenant: TenantId,
    services: usize,
    directory: Arc<Directory>,
    clock: SharedClock,
    signals: Arc<Signals>,
}

impl Parts {
    fn new(tenant: TenantId, services: usize) -> Self {
        let mut directory = Directory::default();
        directory.insert(tenant, organisation(services));
        let directory = Arc::new(directory);
        Self { tenant, services, directory, clock: Arc::new(SystemClock), signals: Arc::default() }
    }

    fn of_the_store(&self) -> (Executor, SharedClock, Arc<Signals>) {
        let executor = Executor::new(Arc::clone(&self.directory));
        (executor, Arc::clone(&self.clock), Arc::clone(&self.signals))
    }

    fn staged(self, store: Arc<dyn Store>, folder: Option<PathBuf>) -> Stage {
        let Self { tenant, services, directory, clock, signals } = self;
        let engine = Engine::new(Arc::clone(&store), directory, clock, signals);
        let (tasks, stop) = (TaskTracker::new(), Stop::default());
        Stage { engine, tenant, services, store, tasks, stop, folder }
    }
}

impl Stage {
    /// Opens a store in a fresh SQLite file. Its tasks run only after [`Stage::start`].
    pub(crate) fn new(tenant: TenantId, services: usize, batch: usize) -> Result<Self, Failure> {
        let folder = std::env::temp_dir().join(format!("beckon-bench-{}", SystemClock.new_id()));
        std::fs::create_dir_all(&folder)?;
        Self::in_folder(tenant, services, batch, folder)
    }

    /// Opens the store that is in a folder, or makes it.
    pub(crate) fn in_folder(
        tenant: TenantId,
        services: usize,
        batch: usize,
        folder: PathBuf,
    ) -> Result<Self, Failure> {
        let parts = Parts::new(tenant, services);
        let (executor, clock, signals) = parts.of_the_store();
        let path = folder.join("beckon.db");
        let store = SqliteStore::open_with_batch(&path, executor, clock, signals, batch)?;
        Ok(parts.staged(Arc::new(store), Some(folder)))
    }

    /// Opens a store in a PostgreSQL database that others may work with at the same time.
    pub(crate) async fn on_postgres(
        tenant: TenantId,
        services: usize,
        url: &str,
    ) -> Result<Self, Failure> {
        let parts = Parts::new(tenant, services);
        let (executor, clock, signals) = parts.of_the_store();
        let options = Options { url: url.into(), pool_size: 16 };
        let store = PostgresStore::open(&options, executor, clock, signals).await?;
        Ok(parts.staged(Arc::new(store), None))
    }

    pub(crate) fn with_default_batch(tenant: TenantId, services: usize) -> Result<Self, Failure> {
        Self::new(tenant, services, DEFAULT_BATCH)
    }

    pub(crate) fn start(&self) {
        self.start_with(Arc::new(Nowhere));
    }

    /// As [`Stage::start`], with cards that go somewhere.
    pub(crate) fn start_with(&self, cards: Arc<dyn CardSender>) {
        let senders = Senders { cards, effects: Arc::new(Nowhere) };
        self.engine.start(senders, &self.tasks, &self.stop);
    }

    pub(crate) async fn end(self) -> Result<(), Failure> {
        match self.close().await {
            Some(folder) => Ok(std::fs::remove_dir_all(folder)?),
            None => Ok(()),
        }
    }

    /// Stops it; the folder that stays behind.
    pub(crate) async fn close(self) -> Option<PathBuf> {
        self.stop.gently.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        self.store.close().await;
        self.folder
    }

    /// Lets all agents of a service be reachable.
    pub(crate) async fn reach(&self, service: usize) -> Result<(), Failure> {
        let reachable = (0..PER_SERVICE).map(|agent| async move {
            let agent = agent_id(service, agent);
            let command = Command::AgentReachable {
                agent,
                reference: "{}".to_owned(),
                channel: BotChannel::Teams,
            };
            self.engine.execute_new(self.tenant, command).await
        });
        futures_util::future::try_join_all(reachable).await?;
        Ok(())
    }

    /// A customer writes their first message.
    pub(crate) async fn write(
        &self,
        service: usize,
        customer: usize,
    ) -> Result<SessionId, Failure> {
        self.say(service, customer, 0).await
    }

    /// A customer writes their message of that number.
    pub(crate) async fn say(
        &self,
        service: usize,
        customer: usize,
        number: usize,
    ) -> Result<SessionId, Failure> {
        let session = SessionId(SystemClock.new_id());
        let command = Command::CustomerMessage {
            account: format!("s{service}").as_str().into(),
            customer: Customer { address: Address(format!("c{customer}")), name: None },
            text: "Hello?".to_owned(),
            parameters: Parameters::new(),
            new_session: session,
        };
        let id = CommandId(format!("m{service}.{customer}.{number}"));
        self.engine.execute(Envelope { tenant: self.tenant, id, command }).await?;
        Ok(session)
    }

    /// The invitation that rings for a session, once it does, and whom.
    pub(crate) async fn rings(
        &self,
        session: SessionId,
    ) -> Result<(AgentId, InvitationId), Failure> {
        loop {
            let row = self.store.session(self.tenant, session).await?.ok_or("a session is gone")?;
            if let Phase::Ringing { invitations } = &row.phase {
                let rows = self.store.card(self.tenant, invitations[0]).await?;
                let invitation = rows.ok_or("an invitation is gone")?.invitation;
                return Ok((invitation.agent, invitation.id));
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
}

fn organisation(services: usize) -> Tenant {
    let service = |number: usize| Service {
        id: format!("s{number}").as_str().into(),
        name: format!("Service {number}"),
        members: (0..PER_SERVICE).map(|agent| agent_id(number, agent)).collect(),
        supervisors: Vec::new(),
        accounts: vec![Account { id: format!("s{number}").as_str().into(), channel: Channel::Api }],
        distribution: Distribution {
            ring: SignedDuration::from_mins(10),
            ..Distribution::default()
        },
        wrap_up: WrapUp { length: Some(SignedDuration::from_mins(5)), ..WrapUp::default() },
        max_wait: None,
        sla_seconds: 20,
        texts: FlowTexts::default(),
        workflow: false,
        rooms: Rooms::default(),
        silence: Silence::default(),
        intake: Intake::default(),
        cards: CardRules::default(),
    };
    let agents = (0..services).flat_map(|service| {
        (0..PER_SERVICE)
            .map(move |agent| (agent_id(service, agent), format!("Agent {service}.{agent}")))
    });
    Tenant::new((0..services).map(service).collect(), agents.collect())
}

pub(crate) fn agent_id(service: usize, agent: usize) -> AgentId {
    AgentId(Uuid::from_u128((service * PER_SERVICE + agent + 1) as u128))
}
