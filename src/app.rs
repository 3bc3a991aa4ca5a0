//! The whole of Beckon, put together. Nothing else names a concrete store or channel.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::middleware::from_fn_with_state;
use beckon_domain::ids::{AgentId, TenantId};
use botframework::auth::{
    Authenticator, DevelopmentMode, OutboundCredentials, TenantPolicy, Verifier, VerifierConfig,
};
use botframework::cloud::Cloud;
use botframework::connector::ConnectorClient;
use botframework::http::{ClientOptions, client};
use botframework::limiter::Limiter;
use botframework::service_url::{AllowedHosts, ServiceUrl};
use botframework::token::{Credentials, TokenConfig, TokenProvider};
use botframework::turn::{Bot, Proactive};
use secrecy::ExposeSecret;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::admin::{Desk, Socket};
use crate::budget::{self, SharedBudget};
use crate::channels::webhook::{SigningKey, WebhookSender};
use crate::clock::{SharedClock, SystemClock, wall};
use crate::config::{self, Config};
use crate::directory::Directory;
use crate::engine::{ByLane, Engine, Executor, Senders, Signals, Stop};
use crate::http::auth::{Keys, Tokens};
use crate::http::{self, AppState};
use crate::store::Store;
use crate::store::postgres::{Options, PostgresStore};
use crate::store::sends::SendBudget;
use crate::store::sqlite::SqliteStore;
use crate::teams::bot;
use crate::teams::cards::Cards;
use crate::teams::development::{Seats, translate};
use crate::teams::graph::{GraphClient, GraphRoot, GraphSettings};
use crate::teams::rooms::{Rooms, note_refusals};
use crate::teams::sender::TeamsSender;
use crate::telemetry;

/// How long a stop waits for what is under way before it lets go of it. With the time to let go it
/// stays below the ten seconds after which container engines kill.
const GRACE: Duration = Duration::from_secs(7);
/// How long it then waits for the tasks to notice.
const LETTING_GO: Duration = Duration::from_secs(2);

/// A running Beckon.
#[derive(Debug)]
pub struct App {
    address: SocketAddr,
    public_url: String,
    engine: Engine,
    bot: Bot,
    tasks: TaskTracker,
    stop: Stop,
}

impl App {
    /// Starts everything and returns when requests are served.
    ///
    /// # Errors
    /// Whatever keeps Beckon from running: the port, the database, a card, the bot's settings.
    pub async fn start(config: Config) -> anyhow::Result<Self> {
        Self::launch(config, Mode::Live, Arc::new(SystemClock)).await
    }

    /// As [`App::start`], but by a clock of the caller's, who may let it run ahead and then tells
    /// with [`Signals::clock_moved`](crate::engine::Signals::clock_moved): for demonstrations.
    /// `beckon serve` knows the machine's clock alone.
    ///
    /// # Errors
    /// As [`App::start`].
    pub async fn start_by(config: Config, clock: SharedClock) -> anyhow::Result<Self> {
        Self::launch(config, Mode::Live, clock).await
    }

    /// As [`App::start`], but whoever reaches the messaging endpoint is believed: for trying a
    /// local Bot Framework client, on the loopback interface and without credentials only.
    ///
    /// # Errors
    /// As [`App::start`]; and when the address is not loopback or the bot has a secret.
    pub async fn start_development(config: Config) -> anyhow::Result<Self> {
        Self::launch(config, Mode::Development, Arc::new(SystemClock)).await
    }

    async fn launch(config: Config, mode: Mode, clock: SharedClock) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(config.server.bind)
            .await
            .with_context(|| format!("server.bind: cannot listen on {}", config.server.bind))?;
        let address = listener.local_addr()?;
        let public_url = config.server.public_url(address);

        let directory = Arc::new(directory(&config));
        let signals = Arc::new(Signals::default());
        let executor = Executor::new(Arc::clone(&directory));
        let store = open_store(&config.store, executor, &clock, &signals).await?;
        let engine =
            Engine::new(Arc::clone(&store), Arc::clone(&directory), Arc::clone(&clock), signals)
                .with_retention(config.retention.of_engine());

        let cards = Arc::new(Cards::new(public_url.clone(), config.looks())?);
        let Teams { authenticator, connector, verifier } = match mode {
            Mode::Live => teams(&config, store.send_budget(), &clock)?,
            Mode::Development => local_client(&config, address, &clock)?,
        };
        let proactive = Proactive::new(connector.clone());
        let graph = match mode {
            Mode::Live => graph(&config, connector.tokens(), &clock)?,
            // A local client has no Graph: its conversations take place in My Sessions.
            Mode::Development => None,
        };
        let rooms = Arc::new(Rooms::new(
            engine.clone(),
            Arc::clone(&cards),
            proactive.clone(),
            graph,
            companions(&config),
            service_url(&config)?,
        ));
        let bot = bot::build(
            engine.clone(),
            Arc::clone(&cards),
            Arc::clone(&rooms),
            authenticator,
            connector,
        )?;
        let key = config.webhook_secret.as_ref().map(SigningKey::new);
        let http = client(&ClientOptions::default())?;
        let senders = Senders {
            effects: Arc::new(ByLane {
                rooms: Arc::<Rooms>::clone(&rooms),
                others: Arc::new(WebhookSender::new(
                    Arc::clone(&directory),
                    clock.clone(),
                    http,
                    key,
                )),
            }),
            cards: Arc::new(TeamsSender::new(directory, cards, proactive, service_url(&config)?)),
        };

        let (tasks, stop) = (TaskTracker::new(), Stop::default());
        let mut fresh = vec![0; 32];
        clock.random(&mut fresh);
        let state = AppState {
            engine: engine.clone(),
            keys: Arc::new(Keys::new(&config.tenants)),
            metrics: telemetry::metrics(),
            tokens: Arc::new(Tokens::new(&store.secret("console-tokens", fresh).await?)),
            stop: stop.gently.clone(),
        };
        if config.store.url.is_none() {
            admit(&config.store.path, Desk::new(engine.clone()), &tasks, &stop);
        }
        rooms.expect_gap().await?;
        tasks.spawn(Arc::clone(&rooms).keep_reading(stop.gently.clone()));
        engine.start(senders, &tasks, &stop);
        let endpoint = match mode {
            Mode::Live => bot.router(),
            Mode::Development => bot.router().layer(from_fn_with_state(seats(&config), translate)),
        };
        let endpoint = endpoint.layer(from_fn_with_state(rooms, note_refusals));
        let router = http::router(&state).merge(endpoint);
        tasks.spawn(serve(listener, router, stop.gently.clone()));
        if let Some(verifier) = verifier {
            tasks.spawn(keep_keys(verifier, stop.gently.clone()));
        }
        tracing::info!(target: "app", %address, public_url, "Beckon is ready");
        Ok(Self { address, public_url, engine, bot, tasks, stop })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address that people see, without a slash at the end.
    pub fn public_url(&self) -> &str {
        &self.public_url
    }

    /// The engine, for programs that have Beckon in their own process.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Stops in two stages. First nothing new is begun and what is under way is finished; after
    /// a grace period it is let go of: it is found again in the store, and no attempt is counted.
    /// What this node had claimed is given back, and the store is closed.
    pub async fn stop(self) {
        self.stop.gently.cancel();
        self.tasks.close();
        let under_way = async {
            self.bot.shutdown().await;
            self.tasks.wait().await;
        };
        if tokio::time::timeout(GRACE, under_way).await.is_err() {
            tracing::warn!(target: "app", "letting go of what is still under way");
            self.stop.at_once.cancel();
            // What ignores this too ends with the process.
            let _patience = tokio::time::timeout(LETTING_GO, self.tasks.wait()).await;
        }
        if let Err(error) = self.engine.release().await {
            tracing::warn!(target: "app", %error, "claims were not given back; they run out");
        }
        self.engine.store().close().await;
    }
}

/// Who there is, as configured.
pub(crate) fn directory(config: &Config) -> Directory {
    let mut directory = Directory::default();
    for tenant in &config.tenants {
        // Without credentials nobody would answer.
        let opens = config.bot.secret.is_some();
        directory.insert(tenant.id, tenant.directory().with_opening(opens));
    }
    directory
}

/// Opens the way in for the command line. Without it commands that need the store of a running
/// server are refused; the server itself does not need it.
fn admit(database: &Path, desk: Desk, tasks: &TaskTracker, stop: &Stop) {
    match Socket::open(database) {
        Ok(socket) => {
            tasks.spawn(socket.serve(desk, stop.gently.clone()));
        }
        Err(error) => {
            tracing::warn!(target: "app", %error, "the command line cannot reach this server");
        }
    }
}

async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) {
    // Development mode looks at who calls.
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let graceful = axum::serve(listener, service)
        .with_graceful_shutdown(async move { stop.cancelled().await });
    if let Err(error) = graceful.await {
        tracing::error!(target: "app", %error, "the server ended");
    }
}

/// The store that is configured.
pub(crate) async fn open_store(
    section: &config::Store,
    executor: Executor,
    clock: &SharedClock,
    signals: &Arc<Signals>,
) -> anyhow::Result<Arc<dyn Store>> {
    let (clock, signals) = (Arc::clone(clock), Arc::clone(signals));
    let path = &section.path;
    Ok(match &section.url {
        Some(url) => {
            let options = Options { url: url.clone(), pool_size: section.pool_size };
            Arc::new(PostgresStore::open(&options, executor, clock, signals).await?)
        }
        None => Arc::new(
            SqliteStore::open(path, executor, clock, signals)
                .with_context(|| format!("store.path: cannot use {}", path.display()))?,
        ),
    })
}

/// Fetches the channel's signing keys before the first click needs them, and keeps them fresh.
async fn keep_keys(verifier: Verifier, stop: CancellationToken) {
    let keys = async {
        if let Err(error) = verifier.warm().await {
            tracing::warn!(target: "app", %error, "the signing keys could not be fetched yet");
        }
        verifier.keep_keys_fresh().await;
    };
    tokio::select! {
        () = keys => {}
        () = stop.cancelled() => {}
    }
}

/// The way to Microsoft Graph; `None` where no tenant has a section for it. An error names the key.
pub(crate) fn graph(
    config: &Config,
    tokens: &TokenProvider,
    clock: &SharedClock,
) -> anyhow::Result<Option<GraphClient>> {
    let apps: HashMap<TenantId, Uuid> = config
        .tenants
        .iter()
        .filter_map(|tenant| Some((tenant.id, tenant.graph.as_ref()?.teams_app_id)))
        .collect();
    let root = match config.graph.root.as_deref() {
        Some(root) => GraphRoot::stand_in(root).context("graph.root")?,
        None => GraphRoot::of(Cloud::Public),
    };
    if apps.is_empty() {
        return Ok(None);
    }
    let guests = config.tenants.iter().filter_map(|tenant| tenant.graph.as_ref());
    let guests = guests.flat_map(|graph| graph.guests.iter().copied()).collect();
    let settings = GraphSettings { cloud: Cloud::Public, root, apps, guests };
    // Longer than anybody waits for: a chat that is made too late is at least known of.
    let options =
        ClientOptions { total_timeout: Duration::from_secs(30), ..ClientOptions::default() };
    let http = client(&options)?;
    Ok(Some(GraphClient::new(settings, tokens, http, Arc::clone(clock))?))
}

/// Where Teams is reached in a tenant that the bot has not heard from. An error names the key.
pub(crate) fn service_url(config: &Config) -> anyhow::Result<ServiceUrl> {
    let cloud = Cloud::Public.constants().proactive_base;
    let url = config.bot.service_url.as_deref().or(cloud).unwrap_or_default();
    ServiceUrl::parse(url).context("bot.service_url")
}

/// The second people of rooms, by tenant.
fn companions(config: &Config) -> HashMap<TenantId, Vec<AgentId>> {
    let of = |tenant: &config::Tenant| Some((tenant.id, tenant.graph.as_ref()?.companions.clone()));
    config.tenants.iter().filter_map(of).collect()
}

/// The guard before the messaging endpoint, and the way out to the connector.
pub(crate) struct Teams {
    authenticator: Authenticator,
    pub(crate) connector: ConnectorClient,
    verifier: Option<Verifier>,
}

/// Who is believed at the messaging endpoint.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Whoever has a token of the channel.
    Live,
    /// Whoever calls from this machine.
    Development,
}

/// What talks to a local client, without any authentication.
fn local_client(
    config: &Config,
    address: SocketAddr,
    clock: &SharedClock,
) -> anyhow::Result<Teams> {
    let credentials = match config.bot.secret {
        Some(_) => OutboundCredentials::Present,
        None => OutboundCredentials::Absent,
    };
    let guard = DevelopmentMode::new(address, credentials)?;
    let clock = wall(clock);
    let http = client(&ClientOptions::default())?;
    let tokens = TokenProvider::new(TokenConfig::anonymous(), clock, http.clone())?;
    let connector = ConnectorClient::new(tokens, guard.allowed_hosts().clone(), None, http);
    Ok(Teams { authenticator: Authenticator::Development(guard), connector, verifier: None })
}

/// The agents of the first tenant, for the people of a local client to be.
fn seats(config: &Config) -> Arc<Seats> {
    let tenant = config.tenants.first();
    let agents = tenant.into_iter().flat_map(|tenant| &tenant.agents);
    let id = tenant.map_or(TenantId(Uuid::nil()), |tenant| tenant.id);
    Arc::new(Seats::new(id, agents.map(|agent| agent.id).collect()))
}

/// Puts together what talks to Teams; an error names the key. `shared` is what this node shares with
/// others, if there can be others.
pub(crate) fn teams(
    config: &Config,
    shared: Option<Arc<dyn SendBudget>>,
    clock: &SharedClock,
) -> anyhow::Result<Teams> {
    let config::Bot {
        app_id,
        tenant_id,
        secret,
        openid_metadata_url,
        token_url,
        allowed_hosts,
        service_url: _,
    } = &config.bot;
    let http = client(&ClientOptions::default())?;
    let clock = wall(clock);
    let mut hosts = AllowedHosts::for_cloud(Cloud::Public);
    for entry in allowed_hosts {
        hosts = hosts.allow(entry).context("bot.allowed_hosts")?;
    }
    let Some(secret) = secret else {
        tracing::warn!(
            target: "app",
            "BECKON_BOT_SECRET is not set: the messaging endpoint refuses everything, no card leaves"
        );
        let tokens = TokenProvider::new(TokenConfig::anonymous(), clock, http.clone())?;
        let nowhere = ConnectorClient::new(tokens, AllowedHosts::none(), None, http);
        let authenticator = Authenticator::Unconfigured;
        return Ok(Teams { authenticator, connector: nowhere, verifier: None });
    };

    let mut verifier = VerifierConfig::new(app_id, Cloud::Public);
    verifier.allowed_hosts = hosts.clone();
    verifier.tenants =
        TenantPolicy::Only(config.tenants.iter().map(|tenant| tenant.id.to_string()).collect());
    verifier.openid_metadata_url = openid_metadata_url
        .as_deref()
        .map(str::parse)
        .transpose()
        .context("bot.openid_metadata_url")?;
    let verifier = Verifier::new(verifier, Arc::clone(&clock), http.clone()).context("[bot]")?;

    let credentials = Credentials::client_secret(secret.expose_secret());
    let mut tokens = TokenConfig::single_tenant(app_id, tenant_id, credentials);
    tokens.token_url = token_url.as_deref().map(str::parse).transpose().context("bot.token_url")?;
    let tokens = TokenProvider::new(tokens, clock, http.clone()).context("[bot]")?;
    let limits = budget::limits();
    let limiter = match shared {
        Some(budget) => {
            let grants = Arc::new(SharedBudget::new(budget, &limits));
            Limiter::with_grants(limits, grants)?
        }
        None => Limiter::new(limits)?,
    };
    Ok(Teams {
        authenticator: Authenticator::Channel(verifier.clone()),
        connector: ConnectorClient::new(tokens, hosts, limiter, http),
        verifier: Some(verifier),
    })
}
