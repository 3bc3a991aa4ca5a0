//! What a flood in one tenant does to another, over real HTTP and by the real clock.
//!
//! A thousand messages are handed to the client at once, all for one tenant. While they leave at
//! that tenant's rate, a person in another tenant is answered every tenth of a second. Printed is
//! how long these answers take, alone and during the flood; the difference is the delay. Target:
//! below 50 ms. The rule itself is tested in virtual time, this shows that nothing beside the
//! limiter (connections, tokens, locks) makes up for it.
//!
//! Run with `cargo bench -p botframework --bench flood`; it takes about 40 s.

use std::error::Error;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::post;
use botframework::activity::OutgoingActivity;
use botframework::clock::SystemClock;
use botframework::connector::{ConnectorClient, Endpoint};
use botframework::http::{ClientOptions, client};
use botframework::limiter::{Limiter, LimiterConfig, Priority};
use botframework::service_url::{AllowedHosts, ServiceUrl};
use botframework::token::{Credentials, TokenConfig, TokenProvider};
use fake_teams::{FakeTeams, FakeTeamsConfig, Person};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval};

type Failure = Box<dyn Error + Send + Sync>;

/// How much of it: all when measuring, a taste when `cargo test` only looks whether it works.
struct Size {
    flood: usize,
    alone: usize,
}

/// Chats of the flooded tenant: with so few messages each, the tenant's rate is what holds them.
const FLOODED_CHATS: usize = 200;
/// Chats of the other tenant, in turn: ten answers a second are one a second each.
const OTHER_CHATS: usize = 20;
const PACE: Duration = Duration::from_millis(100);

fn main() -> Result<(), Failure> {
    let measure = std::env::args().any(|argument| argument == "--bench");
    let size =
        if measure { Size { flood: 1_000, alone: 50 } } else { Size { flood: 40, alone: 2 } };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(run(&size))
}

async fn run(size: &Size) -> Result<(), Failure> {
    let teams = FakeTeams::start(FakeTeamsConfig::default()).await?;
    let ear = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    teams.set_bot_endpoint(format!("http://{}/api/messages", ear.local_addr()?));
    let router = Router::new().route("/api/messages", post(|| async {}));
    tokio::spawn(async move { axum::serve(ear, router).await });
    let bot = bot(&teams).await?;
    let (flooded, other) = (
        people(&teams, "Flooded", FLOODED_CHATS).await?,
        people(&teams, "Other", OTHER_CHATS).await?,
    );

    let mut alone = Vec::new();
    let mut ticks = interval(PACE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for number in 0..size.alone {
        ticks.tick().await;
        alone.push(bot.answer(&other[number % OTHER_CHATS]).await?);
    }

    let mut flood = JoinSet::new();
    for number in 0..size.flood {
        let (bot, chat) = (bot.clone(), flooded[number % FLOODED_CHATS].chat().to_owned());
        flood.spawn(async move { bot.send("flooded", &chat).await });
    }
    let (started, mut during) = (Instant::now(), Vec::new());
    while !flood.is_empty() {
        ticks.tick().await;
        during.push(bot.answer(&other[during.len() % OTHER_CHATS]).await?);
        while let Some(sent) = flood.try_join_next() {
            sent??;
        }
    }
    let took = started.elapsed();
    // The whole point of waiting: nothing was refused, no window was exceeded.
    teams.check_limits()?;

    let mut out = std::io::stdout();
    writeln!(out, "{} messages flood one tenant for {took:.1?}; answers in another:", size.flood)?;
    report(&mut out, "alone", &mut alone)?;
    report(&mut out, "during the flood", &mut during)?;
    Ok(())
}

fn report(out: &mut impl Write, name: &str, took: &mut [Duration]) -> std::io::Result<()> {
    took.sort_unstable();
    let at = |share: usize| took[(took.len() - 1) * share / 100];
    let (p50, p99, max) = (at(50), at(99), at(100));
    writeln!(
        out,
        "{name:<17} {:>4} sends   p50 {p50:>8.2?}  p99 {p99:>8.2?}  max {max:>8.2?}",
        took.len()
    )
}

/// Half of a bot: the half that talks.
#[derive(Clone)]
struct Sender {
    connector: ConnectorClient,
    service_url: ServiceUrl,
}

impl Sender {
    async fn send(&self, tenant: &str, chat: &str) -> Result<(), Failure> {
        let at = Endpoint::from(&self.service_url).in_tenant(tenant);
        let text = OutgoingActivity::text("An answer");
        self.connector.send(at, chat, &text, Priority::Interactive).await?;
        Ok(())
    }

    /// Answers a person of the other tenant, and says how long it took.
    async fn answer(&self, person: &Person) -> Result<Duration, Failure> {
        let started = Instant::now();
        self.send("other", person.chat()).await?;
        Ok(started.elapsed())
    }
}

async fn bot(teams: &FakeTeams) -> Result<Sender, Failure> {
    let environment = teams.environment();
    let service_url = ServiceUrl::parse(&environment.service_url)?;
    let host = format!("{}:{}", service_url.host(), service_url.port());
    let hosts = AllowedHosts::none().allow(&host)?;
    let secret = Credentials::client_secret(environment.app_secret.as_str());
    let tenant = environment.tenant_id.as_str();
    let config = TokenConfig {
        token_url: Some(format!("{}/{tenant}/oauth2/v2.0/token", environment.login_url).parse()?),
        ..TokenConfig::single_tenant(environment.app_id.as_str(), tenant, secret)
    };
    let http = client(&ClientOptions::default())?;
    let tokens = TokenProvider::new(config, Arc::new(SystemClock), http.clone())?;
    let limiter = Limiter::new(LimiterConfig::default())?;
    tokens.token().await?;
    let connector = ConnectorClient::new(tokens, hosts, limiter, http);
    // The last of the flood waits longer than a client waits by default.
    let connector = connector.with_longest_wait(Duration::from_mins(2));
    Ok(Sender { connector, service_url })
}

/// People whose chats with the bot it may write in. Both tenants live in the one fake: it keeps
/// budgets for the app as a whole, which two tenants at these rates stay below.
async fn people(teams: &FakeTeams, name: &str, count: usize) -> Result<Vec<Person>, Failure> {
    let people: Vec<_> =
        (0..count).map(|number| teams.person(&format!("{name} {number}"))).collect();
    for person in &people {
        person.install_bot().await?;
    }
    Ok(people)
}
