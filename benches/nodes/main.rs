//! How throughput grows with nodes: commands a second on PostgreSQL, by one node and by two, with
//! the server and the callers on the same machine. `tools/with-postgres.sh cargo bench --bench
//! nodes`, or `make bench`.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark measures real time, prints what it measured, and is told its server"
)]

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use beckon::clock::{Clock, SharedClock, SystemClock};
use beckon::directory::{Directory, Tenant};
use beckon::engine::{Executor, Signals};
use beckon::store::postgres::{Options, PostgresStore};
use beckon::store::{Request, Store};
use beckon_domain::command::{Command, Envelope};
use beckon_domain::ids::{CommandId, SessionId, TenantId};
use beckon_domain::session::Customer;
use beckon_domain::settings::{Account, Channel, Distribution, FlowTexts, Rooms, Service};
use futures_util::future::try_join_all;
use tokio_postgres::NoTls;
use uuid::Uuid;

type Failure = Box<dyn Error + Send + Sync>;

const TENANT: TenantId = TenantId(Uuid::from_u128(1));
/// Customers who write at the same time, shared by all nodes.
const CALLERS: usize = 32;
/// Connections of each node.
const POOL: usize = 16;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let Ok(server) = std::env::var("BECKON_TEST_POSTGRES") else {
        return Err(
            "BECKON_TEST_POSTGRES is not set: run tools/with-postgres.sh cargo bench".into()
        );
    };
    let whole = std::env::args().any(|arg| arg == "--bench");
    let time = Duration::from_secs(if whole { 5 } else { 0 });
    println!("nodes   commands/s   p50 ms   p99 ms");
    for count in [1, 2] {
        let url = schema(&server).await?;
        let nodes = try_join_all((0..count).map(|_| node(&url))).await?;
        let (rate, mut took) = write_for(&nodes, time).await?;
        took.sort_unstable();
        let at = |share: usize| took[(took.len() - 1) * share / 100].as_secs_f64() * 1e3;
        println!("{count:>5}   {rate:>10.0}   {:>6.1}   {:>6.1}", at(50), at(99));
        for node in nodes {
            node.close().await;
        }
    }
    Ok(())
}

/// A fresh schema; the connection string that leads to it.
async fn schema(server: &str) -> Result<String, Failure> {
    let name = format!("b{}", SystemClock.new_id().simple());
    let (client, connection) = tokio_postgres::connect(server, NoTls).await?;
    let connection = tokio::spawn(connection);
    client.batch_execute(&format!("CREATE SCHEMA {name}")).await?;
    drop(client);
    connection.await??;
    Ok(format!("{server} options='-c search_path={name}'"))
}

async fn node(url: &str) -> Result<Arc<PostgresStore>, Failure> {
    let service = Service {
        id: "support".into(),
        name: "Support".to_owned(),
        members: Vec::new(),
        accounts: vec![Account { id: "website".into(), channel: Channel::Api }],
        distribution: Distribution::default(),
        wrap_up: None,
        max_wait: None,
        texts: FlowTexts::default(),
        workflow: false,
        rooms: Rooms::default(),
    };
    let mut directory = Directory::default();
    directory.insert(TENANT, Tenant::new(vec![service], Vec::new()));
    let clock: SharedClock = Arc::new(SystemClock);
    let options = Options { url: url.to_owned().into(), pool_size: POOL };
    let executor = Executor::new(Arc::new(directory));
    Ok(Arc::new(PostgresStore::open(&options, executor, clock, Arc::<Signals>::default()).await?))
}

/// Customers write one message after the other, each caller for its own; messages a second, and
/// how long each took.
async fn write_for(
    nodes: &[Arc<PostgresStore>],
    time: Duration,
) -> Result<(f64, Vec<Duration>), Failure> {
    let start = Instant::now();
    let callers = (0..CALLERS).map(|caller| {
        let node = Arc::clone(&nodes[caller % nodes.len()]);
        tokio::spawn(async move {
            let mut took = Vec::new();
            while took.len() < 10 || start.elapsed() < time {
                let sent = Instant::now();
                node.execute(Request::call(message(caller, took.len()))).await?;
                took.push(sent.elapsed());
            }
            Ok::<_, Failure>(took)
        })
    });
    let mut all = Vec::new();
    for took in try_join_all(callers).await? {
        all.extend(took?);
    }
    Ok((all.len() as f64 / start.elapsed().as_secs_f64(), all))
}

fn message(caller: usize, number: usize) -> Envelope {
    let command = Command::CustomerMessage {
        account: "website".into(),
        customer: Customer { address: format!("customer {caller}").as_str().into(), name: None },
        text: "Hello, is anybody there?".to_owned(),
        new_session: SessionId(SystemClock.new_id()),
    };
    Envelope { tenant: TENANT, id: CommandId(format!("message:{caller}:{number}")), command }
}
