//! Where a store is tested: a fresh database, a clock that the test moves, and a tenant.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use beckon::clock::{Clock, SharedClock, SystemClock};
use beckon::directory::{Directory, Tenant};
use beckon::engine::{Engine, Executor, Signals};
use beckon::store::postgres::{Options, PostgresStore};
use beckon::store::sqlite::SqliteStore;
use beckon::store::{NodeId, Store};
use beckon_domain::ids::{AgentId, TenantId};
use beckon_domain::room::Provider;
use beckon_domain::settings::{
    self, Account, CardRules, Channel, Distribution, FlowTexts, Intake, Places, Rooms, Service,
    Silence,
};
use beckon_domain::wrap_up::WrapUp;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::node::Node;
use crate::stage::Folder;

/// The tenant of all tests here.
pub(super) const TENANT: TenantId = TenantId(Uuid::from_u128(0x7e));
/// A tenant that comes before it in every order, where a test configures it.
pub(super) const OTHER: TenantId = TenantId(Uuid::from_u128(0x7d));
/// The account whose answers are read, and the one whose answers are pushed.
pub(super) const READ: &str = "website";
pub(super) const PUSHED: &str = "sms";
/// An account whose rooms are chats.
pub(super) const CHATS: &str = "widget";

pub(super) fn agent(number: u128) -> AgentId {
    AgentId(Uuid::from_u128(0xa_0000 + number))
}

/// A clock that stands until it is moved. What it draws is decided by a seed.
#[derive(Debug)]
pub(super) struct TestClock {
    micros: AtomicI64,
    state: AtomicU64,
}

impl TestClock {
    fn new(seed: u64) -> Self {
        Self { micros: AtomicI64::new(1_800_000_000_000_000), state: AtomicU64::new(seed) }
    }

    pub(super) fn pass(&self, by: SignedDuration) {
        let micros = i64::try_from(by.as_micros()).expect("a test lasts less than an age");
        self.micros.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.micros.load(Ordering::SeqCst)).expect("in range")
    }

    fn random(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let step = self.state.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst);
            *byte = mix(step).to_le_bytes()[0];
        }
    }
}

/// One round of `SplitMix64`: from a counter to numbers without a pattern.
pub(super) fn mix(step: u64) -> u64 {
    let mixed = (step ^ (step >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// A fresh database.
pub(crate) struct Place {
    kind: Kind,
    pub(super) clock: Arc<TestClock>,
    directory: Arc<Directory>,
}

enum Kind {
    Sqlite(Folder),
    Postgres { url: String },
}

impl Place {
    #[expect(clippy::unused_async, reason = "as the other places")]
    pub(super) async fn sqlite() -> Self {
        Self::new(Kind::Sqlite(Folder::new()))
    }

    /// A schema of its own in the server that `BECKON_TEST_POSTGRES` names.
    #[expect(clippy::disallowed_methods, reason = "the tests' own server is named to them so")]
    pub(crate) async fn postgres() -> Self {
        let server = std::env::var("BECKON_TEST_POSTGRES").unwrap_or_else(|_| {
            panic!(
                "BECKON_TEST_POSTGRES is not set. Run the tests with a server of their own: \
                 tools/with-postgres.sh cargo test"
            )
        });
        let schema = format!("t{}", SystemClock.new_id().simple());
        let (client, connection) = tokio_postgres::connect(&server, tokio_postgres::NoTls)
            .await
            .expect("the tests' server answers");
        let connection = tokio::spawn(connection);
        client.batch_execute(&format!("CREATE SCHEMA {schema}")).await.expect("a schema is made");
        drop(client);
        connection.await.expect("the connection ends").expect("in peace");
        Self::new(Kind::Postgres {
            url: format!("{server} options='-c search_path={schema} -c deadlock_timeout=10ms'"),
        })
    }

    fn new(kind: Kind) -> Self {
        let mut directory = Directory::default();
        directory.insert(TENANT, tenant(3, 1));
        Self { kind, clock: Arc::new(TestClock::new(1)), directory: Arc::new(directory) }
    }

    /// The service rings so many agents at once from now on.
    pub(super) fn ring_at_once(&mut self, broadcast: u32) {
        let mut directory = Directory::default();
        directory.insert(TENANT, tenant(3, broadcast));
        self.directory = Arc::new(directory);
    }

    /// The service is set so from now on.
    pub(super) fn set(&mut self, change: impl FnOnce(&mut Service)) {
        let mut service = service(3, 1);
        change(&mut service);
        let mut directory = Directory::default();
        directory.insert(TENANT, tenant_of(service));
        self.directory = Arc::new(directory);
    }

    /// These tenants are configured from now on, with so many agents each.
    pub(super) fn configure(&mut self, tenants: &[(TenantId, u128)]) {
        let mut directory = Directory::default();
        for (id, agents) in tenants {
            directory.insert(*id, tenant(*agents, 1));
        }
        self.directory = Arc::new(directory);
    }

    /// Whether several nodes can work with it at the same time.
    pub(super) fn is_shared(&self) -> bool {
        matches!(self.kind, Kind::Postgres { .. })
    }

    /// The connection string, where there is a server.
    pub(crate) fn url(&self) -> Option<&str> {
        match &self.kind {
            Kind::Postgres { url } => Some(url),
            Kind::Sqlite(_) => None,
        }
    }

    /// The file, where it is one.
    pub(super) fn file(&self) -> Option<std::path::PathBuf> {
        match &self.kind {
            Kind::Sqlite(folder) => Some(folder.path().join("beckon.db")),
            Kind::Postgres { .. } => None,
        }
    }

    /// The engine of a node; its tasks run when they are told to.
    pub(super) fn engine(&self, node: &Node) -> Engine {
        let (store, signals) = (Arc::clone(&node.store), Arc::clone(&node.signals));
        Engine::new(store, Arc::clone(&self.directory), Arc::clone(&self.clock) as _, signals)
    }

    /// Does this to the database, past every node.
    pub(crate) async fn sql(&self, statements: &str) {
        match &self.kind {
            Kind::Sqlite(folder) => {
                let path = folder.path().join("beckon.db");
                let db = rusqlite::Connection::open(path).expect("the file opens");
                db.execute_batch(statements).expect("it is done");
            }
            Kind::Postgres { url } => {
                let (client, connection) =
                    tokio_postgres::connect(url, tokio_postgres::NoTls).await.expect("it answers");
                let connection = tokio::spawn(connection);
                client.batch_execute(statements).await.expect("it is done");
                drop(client);
                connection.await.expect("the connection ends").expect("in peace");
            }
        }
    }

    /// Makes of the states of agents what there was before them, as a first step back: the
    /// intervals of a time before, in which each invitation rang.
    pub(super) async fn back_to_intervals(&self) {
        self.sql(
            "DROP TABLE agent_state;
             CREATE TABLE agent_interval (tenant uuid NOT NULL, agent uuid NOT NULL,
               from_at bigint NOT NULL, to_at bigint NOT NULL, kind text NOT NULL,
               session uuid NOT NULL, invitation uuid NOT NULL);
             INSERT INTO agent_interval
               SELECT tenant, agent, 1, 2, 'ringing', session, id FROM invitation;
             DELETE FROM migration WHERE number >= 16;",
        )
        .await;
    }

    /// Starts a node.
    pub(super) async fn open(&self) -> Node {
        self.open_at(self.url()).await
    }

    /// Starts a node that reaches the server by another way.
    pub(super) async fn open_at(&self, url: Option<&str>) -> Node {
        let signals = Arc::new(Signals::default());
        let executor = Executor::new(Arc::clone(&self.directory));
        let clock: SharedClock = Arc::clone(&self.clock) as _;
        let store: Arc<dyn Store> = match &self.kind {
            Kind::Sqlite(folder) => {
                let path = folder.path().join("beckon.db");
                let store = SqliteStore::open(&path, executor, clock, Arc::clone(&signals));
                Arc::new(store.expect("the file opens"))
            }
            Kind::Postgres { .. } => {
                let url = url.expect("a server has an address").to_owned().into();
                let options = Options { url, pool_size: 6 };
                let store =
                    PostgresStore::open(&options, executor, clock, Arc::clone(&signals)).await;
                Arc::new(store.unwrap_or_else(|error| panic!("{error}")))
            }
        };
        Node { store, signals, id: NodeId(SystemClock.new_id()), clock: Arc::clone(&self.clock) }
    }
}

fn tenant(agents: u128, broadcast: u32) -> Tenant {
    tenant_of(service(agents, broadcast))
}

fn service(agents: u128, broadcast: u32) -> Service {
    let members: Vec<AgentId> = (1..=agents).map(agent).collect();
    let account = |id: &str| Account { id: id.into(), channel: Channel::Api };
    Service {
        id: "support".into(),
        name: "Support".to_owned(),
        members,
        supervisors: Vec::new(),
        accounts: vec![
            account(READ),
            account(PUSHED),
            Account { id: CHATS.into(), channel: Channel::Web },
        ],
        distribution: Distribution { broadcast, ..Distribution::default() },
        wrap_up: WrapUp {
            length: Some(SignedDuration::from_secs(20)),
            extensions: 1,
            tags: true,
            ..WrapUp::default()
        },
        max_wait: Some(SignedDuration::from_mins(15)),
        sla_seconds: 20,
        texts: FlowTexts { greeting: None, ..FlowTexts::default() },
        workflow: false,
        // Only the rooms of the widget are chats; nobody makes them here.
        rooms: Rooms {
            provider: Provider::Graph,
            places: Places { api: settings::Place::Console, ..Places::default() },
            ..Rooms::default()
        },
        silence: Silence::default(),
        intake: Intake::default(),
        cards: CardRules::default(),
    }
}

fn tenant_of(service: Service) -> Tenant {
    let names =
        service.members.iter().map(|id| (*id, format!("Agent {}", id.0.as_u128()))).collect();
    let receiver: url::Url = "https://receiver.example/".parse().expect("an address");
    Tenant::new(vec![service], names)
        .with_receivers([(PUSHED.into(), receiver.clone())].into(), Some(receiver))
}
