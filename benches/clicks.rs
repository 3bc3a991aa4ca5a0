//! First clicks: how many Accepts a second are verified, decided, durable and answered with a
//! card, over HTTP, with the load generator on the same machine. `make bench`.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::format_push_string,
    reason = "a benchmark measures real time and prints what it measured"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use beckon::clock::{Clock, SharedClock, SystemClock};
use beckon::config::Config;
use beckon::directory::Directory;
use beckon::engine::{
    CardSender, Delivery, EffectSender, Engine, Executor, Senders, Sent, Signals, Stop,
};
use beckon::store::sqlite::SqliteStore;
use beckon::store::{CardRows, LaneClaim, OutboxEntry, Store};
use beckon::teams::{bot, cards::Cards};
use beckon_domain::card::CardCopy;
use beckon_domain::command::{Command, Envelope};
use beckon_domain::ids::{Address, AgentId, CommandId, SessionId, TenantId};
use beckon_domain::session::{Customer, Phase};
use botframework::auth::{Authenticator, TenantPolicy, Verifier, VerifierConfig};
use botframework::cloud::Cloud;
use botframework::connector::ConnectorClient;
use botframework::http::{ClientOptions, client};
use botframework::service_url::AllowedHosts;
use botframework::token::{Credentials, TokenConfig, TokenProvider};
use fake_teams::{FakeTeams, FakeTeamsConfig, Forgery};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio_util::task::TaskTracker;
use uuid::Uuid;

/// Services under `cargo bench`; each has `PER_SERVICE` agents and as many customers. Under
/// `cargo test`, which runs this too, a handful shows that it still works.
const SERVICES: usize = 400;
const PER_SERVICE: usize = 10;
/// Connections that click at the same time.
const CONNECTIONS: usize = 64;

/// Every card is on display at once: the network is not what is measured.
struct Nowhere;

#[async_trait]
impl CardSender for Nowhere {
    async fn send(&self, _tenant: TenantId, rows: &CardRows, _now: Timestamp) -> Vec<Delivery> {
        vec![Delivery::Shown(CardCopy {
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

fn config(tenant: &str, services: usize) -> Result<Config, Box<dyn std::error::Error>> {
    let mut text = format!(
        "[bot]\napp_id = {0:?}\ntenant_id = {0:?}\n[[tenant]]\nid = {tenant:?}\n",
        Uuid::nil().to_string()
    );
    for service in 0..services {
        let members: Vec<String> =
            (0..PER_SERVICE).map(|agent| agent_id(service, agent).to_string()).collect();
        text += &format!(
            "[[tenant.service]]\nid = \"s{service}\"\nname = \"Service {service}\"\n\
             members = {members:?}\nring_seconds = 600\nwrap_up_seconds = 300\n\
             [[tenant.account]]\nid = \"s{service}\"\nchannel = \"api\"\nservice = \"s{service}\"\n"
        );
        for (agent, id) in members.iter().enumerate() {
            text += &format!("[[tenant.agent]]\nid = {id:?}\nname = \"Agent {service}.{agent}\"\n");
        }
    }
    Ok(Config::parse(&text, &|_: &str| None)?)
}

fn agent_id(service: usize, agent: usize) -> AgentId {
    AgentId(Uuid::from_u128((service * PER_SERVICE + agent + 1) as u128))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let teams = FakeTeams::start(FakeTeamsConfig::default()).await?;
    let environment = teams.environment();
    let tenant: TenantId = environment.tenant_id.parse()?;
    let services = if std::env::args().any(|arg| arg == "--bench") { SERVICES } else { 4 };
    let config = config(&environment.tenant_id, services)?;

    let mut directory = Directory::default();
    directory.insert(tenant, config.tenants[0].directory());
    let directory = Arc::new(directory);
    let clock: SharedClock = Arc::new(SystemClock);
    let signals = Arc::new(Signals::default());
    let folder = std::env::temp_dir().join(format!("beckon-bench-{}", SystemClock.new_id()));
    std::fs::create_dir_all(&folder)?;
    let executor = Executor::new(Arc::clone(&directory));
    let path = folder.join("beckon.db");
    let store = SqliteStore::open(&path, executor, Arc::clone(&clock), Arc::clone(&signals))?;
    let store: Arc<dyn Store> = Arc::new(store);
    let engine = Engine::new(Arc::clone(&store), directory, clock, signals);
    let (tasks, stop) = (TaskTracker::new(), Stop::default());
    let nowhere = Arc::new(Nowhere);
    engine.start(Senders { cards: nowhere.clone(), effects: nowhere }, &tasks, &stop);

    let invitations = ring(&engine, tenant, services).await?;
    println!("{} invitations are ringing", invitations.len());
    let url = serve(&engine, &teams).await?;
    let token = teams.forge(&Forgery::default())?;
    let bodies = invitations.iter().map(|(agent, invitation)| {
        click(&environment.service_url, &environment.tenant_id, *agent, invitation).to_string()
    });
    click_all(&url, &token, bodies.collect()).await?;

    stop.gently.cancel();
    tasks.close();
    tasks.wait().await;
    store.close().await;
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

/// Lets every agent be reachable and every customer write; gives what rings.
async fn ring(
    engine: &Engine,
    tenant: TenantId,
    services: usize,
) -> Result<Vec<(AgentId, Value)>, Box<dyn std::error::Error>> {
    let mut sessions = Vec::new();
    let start = Instant::now();
    for service in 0..services {
        let engine = &engine;
        let reachable = (0..PER_SERVICE).map(|agent| async move {
            let agent = agent_id(service, agent);
            let command = Command::AgentReachable { agent, reference: "{}".to_owned() };
            engine.execute_new(tenant, command).await
        });
        futures_util::future::try_join_all(reachable).await?;
        let written = (0..PER_SERVICE).map(|customer| async move {
            let session = SessionId(SystemClock.new_id());
            let command = Command::CustomerMessage {
                account: format!("s{service}").as_str().into(),
                customer: Customer { address: Address(format!("c{customer}")), name: None },
                text: "Hello?".to_owned(),
                new_session: session,
            };
            let id = CommandId(format!("m{service}.{customer}"));
            engine.execute(Envelope { tenant, id, command }).await.map(|_| session)
        });
        sessions.extend(futures_util::future::try_join_all(written).await?);
    }
    let mut ringing = Vec::new();
    for session in sessions {
        loop {
            let row = engine.store().session(tenant, session).await?.ok_or("a session is gone")?;
            if let Phase::Ringing { invitations } = &row.phase {
                let invitation = invitations[0];
                let card = engine.store().card(tenant, invitation).await?;
                let agent = card.ok_or("an invitation is gone")?.invitation.agent;
                ringing.push((agent, json!({ "invitation": invitation, "version": 1 })));
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    println!("queued, offered and delivered in {:.1} s", start.elapsed().as_secs_f64());
    Ok(ringing)
}

async fn serve(engine: &Engine, teams: &FakeTeams) -> Result<String, Box<dyn std::error::Error>> {
    let environment = teams.environment();
    let http = client(&ClientOptions::default())?;
    let host = environment.login_url.trim_start_matches("http://").to_owned();
    let hosts = AllowedHosts::for_cloud(Cloud::Public).allow(&host)?;
    let mut verifier = VerifierConfig::new(&environment.app_id, Cloud::Public);
    verifier.allowed_hosts = hosts.clone();
    verifier.tenants = TenantPolicy::Only(vec![environment.tenant_id.clone()]);
    verifier.openid_metadata_url = Some(environment.openid_metadata_url.parse()?);
    let clock: Arc<dyn botframework::clock::Clock> = Arc::new(botframework::clock::SystemClock);
    let verifier = Verifier::new(verifier, Arc::clone(&clock), http.clone())?;
    let tokens = TokenConfig::single_tenant(
        &environment.app_id,
        &environment.tenant_id,
        Credentials::client_secret(environment.app_secret),
    );
    let tokens = TokenProvider::new(tokens, clock, http.clone())?;
    let connector = ConnectorClient::new(tokens, hosts, None, http);
    let cards = Arc::new(Cards::new("https://beckon.example.com".to_owned())?);
    let bot = bot::build(engine.clone(), cards, Authenticator::Channel(verifier), connector)?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/api/messages", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, bot.router()).await });
    Ok(url)
}

fn click(service_url: &str, tenant: &str, agent: AgentId, data: &Value) -> Value {
    let invitation = &data["invitation"];
    json!({
        "type": "invoke",
        "name": "adaptiveCard/action",
        "id": format!("f:{}", invitation.as_str().unwrap_or_default()),
        "channelId": "msteams",
        "serviceUrl": service_url,
        "from": { "id": format!("29:{agent}"), "aadObjectId": agent },
        "recipient": { "id": "28:bot" },
        "conversation": { "id": format!("a:{agent}"), "conversationType": "personal", "tenantId": tenant },
        "channelData": { "tenant": { "id": tenant } },
        "replyToId": invitation,
        "value": { "action": { "type": "Action.Execute", "verb": "accept", "data": data } },
    })
}

async fn click_all(
    url: &str,
    token: &str,
    bodies: Vec<String>,
) -> Result<(), Box<dyn std::error::Error>> {
    let http = client(&ClientOptions::default())?;
    let total = bodies.len();
    let work = Arc::new(std::sync::Mutex::new(bodies));
    let start = Instant::now();
    let clickers = (0..CONNECTIONS).map(|_| {
        let (http, work) = (http.clone(), Arc::clone(&work));
        let (url, token) = (url.to_owned(), token.to_owned());
        tokio::spawn(async move {
            let mut latencies = Vec::new();
            loop {
                let next = work.lock().map_err(|_| "poisoned")?.pop();
                let Some(body) = next else { return Ok::<_, String>(latencies) };
                let clicked = Instant::now();
                let request = http
                    .post(&url)
                    .bearer_auth(&token)
                    .header("content-type", "application/json")
                    .body(body);
                let answer = request.send().await.map_err(|error| error.to_string())?;
                let answer = answer.text().await.map_err(|error| error.to_string())?;
                if !answer.contains("You are in this conversation") {
                    return Err(format!("not accepted: {answer}"));
                }
                latencies.push(clicked.elapsed());
            }
        })
    });
    let mut latencies = Vec::new();
    for clicker in clickers.collect::<Vec<_>>() {
        latencies.extend(clicker.await??);
    }
    let elapsed = start.elapsed();
    latencies.sort_unstable();
    let at = |part: f64| latencies[((total - 1) as f64 * part) as usize].as_secs_f64() * 1000.0;
    println!(
        "clicks: {:.0}/s verified, durable and answered ({total} in {:.2} s over {CONNECTIONS} \
         connections), p50 {:.1} ms, p99 {:.1} ms",
        total as f64 / elapsed.as_secs_f64(),
        elapsed.as_secs_f64(),
        at(0.50),
        at(0.99),
    );
    Ok(())
}
