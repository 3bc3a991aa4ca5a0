//! The client itself: what it is made of.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use beckon_domain::ids::{AgentId, TenantId};
use botframework::cloud::Cloud;
use botframework::limiter::{Limiter, LimiterConfig, LimiterConfigError, Window};
use botframework::token::TokenProvider;
use tokio::time::Instant;
use uuid::Uuid;

use super::catalog::CatalogApp;
use super::root::GraphRoot;
use crate::clock::SharedClock;

/// What a client is set up with.
#[derive(Clone, Debug)]
pub struct GraphSettings {
    /// The cloud: which scope tokens are asked for.
    pub cloud: Cloud,
    /// Where Graph is; [`GraphRoot::of`] the cloud, or a stand-in.
    pub root: GraphRoot,
    /// The manifest id of the Teams app, by tenant. Tenants that are not here are refused.
    pub apps: HashMap<TenantId, Uuid>,
    /// People who are guests of their tenant: in a chat their role is another one.
    pub guests: HashSet<AgentId>,
}

/// Calls Microsoft Graph as the app. Cheap to clone: all clones share connections, tokens, rate
/// limits and what is known of the catalog.
#[derive(Clone)]
pub struct GraphClient {
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub(super) root: GraphRoot,
    pub(super) apps: HashMap<TenantId, Uuid>,
    pub(super) guests: HashSet<AgentId>,
    pub(super) tokens: TokenProvider,
    pub(super) limiter: Limiter,
    pub(super) http: reqwest::Client,
    pub(super) clock: SharedClock,
    /// The app in each tenant's catalog, as it was read last.
    pub(super) catalog: Mutex<HashMap<TenantId, Arc<CatalogApp>>>,
    /// When a tenant's token was last thrown away because Graph refused it.
    pub(super) refused_tokens: Mutex<HashMap<TenantId, Instant>>,
}

impl fmt::Debug for GraphClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GraphClient").field("root", &self.shared.root).finish_non_exhaustive()
    }
}

impl GraphClient {
    /// A client that shows tokens of `tokens` (of any scope: Graph's is asked for) to Graph alone,
    /// over `http`, which must not follow redirects: build it with [`botframework::http::client`].
    ///
    /// # Errors
    /// [`LimiterConfigError`], which cannot happen with the limits that stand here.
    pub fn new(
        settings: GraphSettings,
        tokens: &TokenProvider,
        http: reqwest::Client,
        clock: SharedClock,
    ) -> Result<Self, LimiterConfigError> {
        let GraphSettings { cloud, root, apps, guests } = settings;
        let shared = Shared {
            root,
            apps,
            guests,
            tokens: tokens.for_scope(cloud.constants().graph_scope),
            limiter: Limiter::new(limits())?,
            http,
            clock,
            catalog: Mutex::default(),
            refused_tokens: Mutex::default(),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// The application id of the app as which Graph is called: also the bot's.
    pub(in crate::teams) fn app_id(&self) -> &str {
        self.shared.tokens.app_id()
    }

    /// Whether rooms can be made in this tenant as far as settings go.
    pub fn serves(&self, tenant: TenantId) -> bool {
        self.shared.apps.contains_key(&tenant)
    }
}

/// Graph's published limits for Teams, for one app in one tenant: 30 calls a second, of these 20
/// that read messages and 15 that take the app out (throttling limits of Graph).
fn limits() -> LimiterConfig {
    LimiterConfig {
        send: vec![Window::per_seconds(15, 1)],
        create: Vec::new(),
        read: vec![Window::per_seconds(20, 1)],
        tenant_per_second: 30,
        reserved_percent: 0,
        margin: Duration::from_millis(50),
    }
}

/// The content of a lock, whoever panicked while holding it: what it guards is whole at any time.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
