//! The Graph client over real HTTP: against the fake Teams with its failures, and against a
//! stand-in that does what no honest Graph does.

mod agents;
mod chats;
mod failures;
mod hostile;
mod installs;
mod live;
mod messages;
mod stand_in;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use beckon::clock::SystemClock;
use beckon::teams::graph::{GraphClient, GraphRoot, GraphSettings};
use beckon_domain::ids::{AgentId, TenantId};
use botframework::cloud::Cloud;
use botframework::http::{ClientOptions, client};
use botframework::token::{Credentials, TokenConfig, TokenProvider};
use fake_teams::{Entry, FakeTeams, FakeTeamsConfig, Person};

/// A tenant with an agent and a companion, and a client that is served by it.
struct Office {
    teams: FakeTeams,
    graph: GraphClient,
    tenant: TenantId,
    ada: Person,
    companion: Person,
}

impl Office {
    async fn open() -> Self {
        Self::with(FakeTeamsConfig::default()).await
    }

    /// An office whose administrator granted everything but this permission.
    async fn without(permission: &str) -> Self {
        let mut config = FakeTeamsConfig::default();
        let all = config.graph_permissions.len();
        config.graph_permissions.retain(|granted| granted != permission);
        assert_eq!(config.graph_permissions.len() + 1, all, "{permission} is granted by default");
        Self::with(config).await
    }

    async fn with(config: FakeTeamsConfig) -> Self {
        let teams = FakeTeams::start(config).await.expect("fake Teams starts");
        let root = GraphRoot::stand_in(&teams.environment().graph_url).unwrap();
        let graph = graph_client(&teams, root);
        let (ada, companion) = (teams.person("Ada Lovelace"), teams.person("Companion"));
        let tenant = teams.environment().tenant_id.parse().unwrap();
        Self { teams, graph, tenant, ada, companion }
    }

    /// A room of Ada and the companion.
    async fn room(&self) -> String {
        let members = [id(&self.ada), id(&self.companion)];
        self.graph.create_chat(self.tenant, "Support ¦ Grace", &members).await.unwrap().id
    }

    /// How often Graph was called so.
    fn calls(&self, operation: &str) -> usize {
        calls(&self.teams, operation)
    }
}

/// How often the fake was called so.
fn calls(teams: &FakeTeams, operation: &str) -> usize {
    let record = teams.record();
    let named = |entry: &&Entry| matches!(entry, Entry::Call(call) if call.operation == operation);
    record.iter().filter(named).count()
}

fn id(person: &Person) -> AgentId {
    person.id().parse().unwrap()
}

/// A client with tokens of the fake's Entra, for a Graph that may be elsewhere.
fn graph_client(teams: &FakeTeams, root: GraphRoot) -> GraphClient {
    client_that_knows(teams, root, HashSet::new())
}

/// The same, which knows who is a guest.
fn client_that_knows(teams: &FakeTeams, root: GraphRoot, guests: HashSet<AgentId>) -> GraphClient {
    let environment = teams.environment();
    let manifest = FakeTeamsConfig::default().manifest_id.parse().unwrap();
    let apps = HashMap::from([(environment.tenant_id.parse().unwrap(), manifest)]);
    let settings = GraphSettings { cloud: Cloud::Public, root, apps, guests };
    let http = client(&ClientOptions::default()).unwrap();
    GraphClient::new(settings, &tokens(teams), http, Arc::new(SystemClock)).unwrap()
}

/// The bot's tokens from the fake's Entra.
fn tokens(teams: &FakeTeams) -> TokenProvider {
    let environment = teams.environment();
    let secret = Credentials::client_secret(environment.app_secret);
    let mut tokens =
        TokenConfig::single_tenant(environment.app_id, environment.tenant_id.clone(), secret);
    let url = format!("{}/{}/oauth2/v2.0/token", environment.login_url, environment.tenant_id);
    tokens.token_url = Some(url.parse().unwrap());
    let clock = Arc::new(botframework::clock::SystemClock);
    TokenProvider::new(tokens, clock, client(&ClientOptions::default()).unwrap()).unwrap()
}
