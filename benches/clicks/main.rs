//! First clicks: how many Accepts a second are verified, decided, durable and answered with a
//! card, over HTTP, while 150,000 invitations ring; the load generator runs on the same machine.
//! `make bench`; the budget is 3,000/s for 10 s, 1,000/s for 60 s, p99 below 50 ms.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark measures real time and prints what it measured"
)]

mod load;
#[expect(dead_code, reason = "the other benchmark uses the rest")]
mod stage;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use beckon::engine::Engine;
use beckon::teams::{bot, cards::Cards, rooms::Rooms};
use beckon_domain::ids::{AgentId, InvitationId, TenantId};
use botframework::auth::{Authenticator, TenantPolicy, Verifier, VerifierConfig};
use botframework::cloud::Cloud;
use botframework::connector::ConnectorClient;
use botframework::http::{ClientOptions, client};
use botframework::service_url::AllowedHosts;
use botframework::token::{Credentials, TokenConfig, TokenProvider};
use fake_teams::{FakeTeams, FakeTeamsConfig, Forgery};
use serde_json::{Value, json};

use crate::load::{Clicks, Measured};
use crate::stage::{Failure, PER_SERVICE, Stage};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // Under `cargo test`, which runs this too, a handful shows that it still works.
    let whole = std::env::args().any(|arg| arg == "--bench");
    let services = if whole { 15_000 } else { 8 };
    let (burst, steady) = if whole { (10, 60) } else { (1, 1) };

    let teams = FakeTeams::start(FakeTeamsConfig::default()).await?;
    let environment = teams.environment();
    let tenant: TenantId = environment.tenant_id.parse()?;
    let stage = Stage::with_default_batch(tenant, services)?;
    stage.start();
    let invitations = ring(&stage, services).await?;
    let bodies = invitations.iter().map(|(agent, invitation)| {
        click(&environment.service_url, &environment.tenant_id, *agent, *invitation).to_string()
    });
    let clicks = Clicks {
        url: serve(&stage.engine, &teams).await?,
        token: teams.forge(&Forgery::default())?,
        bodies: Arc::new(Mutex::new(bodies.collect())),
    };

    let measured = clicks.flat_out(Duration::from_secs(burst)).await?;
    show("as many as go", &measured);
    let drained = drained(&stage).await?;
    println!("the cards that followed were all shown {:.1} s later", drained.as_secs_f64());
    show("1,000 a second", &clicks.steadily(1_000, Duration::from_secs(steady)).await?);
    stage.end().await
}

fn show(what: &str, measured: &Measured) {
    println!(
        "clicks, {what}: {:.0}/s verified, durable and answered ({} of them), p50 {:.1} ms, p99 \
         {:.1} ms, at most {} under way",
        measured.per_second(),
        measured.count(),
        measured.at(0.50),
        measured.at(0.99),
        measured.most_at_once,
    );
}

/// Lets every agent be reachable and every customer write; gives what rings.
async fn ring(stage: &Stage, services: usize) -> Result<Vec<(AgentId, InvitationId)>, Failure> {
    let start = Instant::now();
    let mut sessions = Vec::new();
    for service in 0..services {
        stage.reach(service).await?;
        let written = (0..PER_SERVICE).map(|customer| stage.write(service, customer));
        sessions.extend(futures_util::future::try_join_all(written).await?);
    }
    let mut ringing = Vec::with_capacity(sessions.len());
    for session in sessions {
        ringing.push(stage.rings(session).await?);
    }
    println!(
        "{} invitations are ringing; queued, offered and delivered in {:.1} s",
        ringing.len(),
        start.elapsed().as_secs_f64()
    );
    Ok(ringing)
}

/// Waits until every card that was clicked shows what it should; how long that took.
async fn drained(stage: &Stage) -> Result<Duration, Failure> {
    let start = Instant::now();
    let node = beckon::store::NodeId(uuid::Uuid::nil());
    loop {
        let engine = &stage.engine;
        let tenants: Vec<_> = engine.directory().tenant_ids().collect();
        let lease = jiff::SignedDuration::ZERO;
        let (cards, next) = engine
            .store()
            .claim_cards(&tenants, beckon::store::Class::Live, node, engine.clock().now(), lease, 1)
            .await?;
        if cards.is_empty() && next.is_none() {
            return Ok(start.elapsed());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn serve(engine: &Engine, teams: &FakeTeams) -> Result<String, Failure> {
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
    let cards = Arc::new(Cards::new("https://beckon.example.com".to_owned(), Vec::new())?);
    let proactive = botframework::turn::Proactive::new(connector.clone());
    let (companions, made) = (std::collections::HashMap::new(), Arc::clone(&cards));
    let at = environment.service_url.parse()?;
    let rooms = Arc::new(Rooms::new(engine.clone(), made, proactive, None, companions, at));
    let guard = Authenticator::Channel(verifier);
    let bot = bot::build(engine.clone(), cards, rooms, guard, connector)?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/api/messages", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, bot.router()).await });
    Ok(url)
}

fn click(service_url: &str, tenant: &str, agent: AgentId, invitation: InvitationId) -> Value {
    json!({
        "type": "invoke",
        "name": "adaptiveCard/action",
        "id": format!("f:{invitation}"),
        "channelId": "msteams",
        "serviceUrl": service_url,
        "from": { "id": format!("29:{agent}"), "aadObjectId": agent },
        "recipient": { "id": "28:bot" },
        "conversation": { "id": format!("a:{agent}"), "conversationType": "personal", "tenantId": tenant },
        "channelData": { "tenant": { "id": tenant } },
        "replyToId": invitation,
        "value": { "action": { "type": "Action.Execute", "verb": "accept",
            "data": { "invitation": invitation, "version": 1 } } },
    })
}
