//! Who there is: tenants with their services, channel accounts and agents, as configured.

use std::collections::{BTreeMap, HashMap, HashSet};

use beckon_domain::agent::{Agent, Reach};
use beckon_domain::ids::{AccountId, Address, AgentId, ServiceId, TenantId};
use beckon_domain::schedule::Daily;
use beckon_domain::settings::Service;
use jiff::SignedDuration;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use url::Url;

/// Every tenant by its id.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    // In order: who looks after one tenant after the other does so in the same order each time.
    tenants: BTreeMap<TenantId, Tenant>,
}

/// When a tenant's sweep comes, and what it ends (P6).
#[derive(Clone, Debug)]
pub struct SweepRules {
    /// When it comes.
    pub daily: Daily,
    /// The silence after which a session is ended. 1 h – 30 d.
    pub threshold: SignedDuration,
}

impl Default for SweepRules {
    /// At 03:00 UTC, after 24 h.
    fn default() -> Self {
        let three = Time::midnight().saturating_add(SignedDuration::from_hours(3));
        Self { daily: Daily::new(three, TimeZone::UTC), threshold: SignedDuration::from_hours(24) }
    }
}

/// One tenant.
#[derive(Clone, Debug, Default)]
pub struct Tenant {
    services: HashMap<ServiceId, Service>,
    accounts: HashMap<AccountId, ServiceId>,
    agents: HashMap<AgentId, String>,
    webhooks: HashMap<AccountId, Url>,
    notices: Option<Url>,
    sweep: SweepRules,
    zone: Option<TimeZone>,
    reach: Reach,
    invites: HashMap<AgentId, bool>,
    blocked: HashSet<Address>,
}

impl Directory {
    /// Adds a tenant, or replaces it.
    pub fn insert(&mut self, id: TenantId, tenant: Tenant) {
        self.tenants.insert(id, tenant);
    }

    /// The tenant of that id.
    pub fn tenant(&self, id: TenantId) -> Option<&Tenant> {
        self.tenants.get(&id)
    }

    /// Every tenant's id, in order.
    pub fn tenant_ids(&self) -> impl Iterator<Item = TenantId> + '_ {
        self.tenants.keys().copied()
    }
}

impl Tenant {
    /// A tenant of these services and agents (id and display name).
    pub fn new(services: Vec<Service>, agents: Vec<(AgentId, String)>) -> Self {
        let accounts = services
            .iter()
            .flat_map(|service| {
                service.accounts.iter().map(|account| (account.id.clone(), service.id.clone()))
            })
            .collect();
        Self {
            accounts,
            services: services.into_iter().map(|service| (service.id.clone(), service)).collect(),
            agents: agents.into_iter().collect(),
            webhooks: HashMap::new(),
            notices: None,
            sweep: SweepRules::default(),
            zone: None,
            reach: Reach::default(),
            invites: HashMap::new(),
            blocked: HashSet::new(),
        }
    }

    /// The same, swept by these rules.
    #[must_use]
    pub fn with_sweep(self, sweep: SweepRules) -> Self {
        Self { sweep, ..self }
    }

    /// When it is swept, and what of it.
    pub fn sweep(&self) -> &SweepRules {
        &self.sweep
    }

    /// The same, with receivers: of answers by channel account, and of notices.
    #[must_use]
    pub fn with_receivers(self, webhooks: HashMap<AccountId, Url>, notices: Option<Url>) -> Self {
        Self { webhooks, notices, ..self }
    }

    /// The same, with the zone in which its days begin and end.
    #[must_use]
    pub fn with_zone(self, zone: TimeZone) -> Self {
        Self { zone: Some(zone), ..self }
    }

    /// The same, with what is said about inviting its agents in Teams: for all, and for some.
    #[must_use]
    pub fn with_invites(self, all: bool, invites: HashMap<AgentId, bool>) -> Self {
        Self { reach: Reach { invites: all, ..self.reach }, invites, ..self }
    }

    /// The same, where the bot can open chats with agents whom it has not heard from, or cannot.
    #[must_use]
    pub fn with_opening(self, opens: bool) -> Self {
        Self { reach: Reach { opens, ..self.reach }, ..self }
    }

    /// The same agents, who serve nowhere: for what is to end without anybody being rung.
    #[must_use]
    pub fn without_services(&self) -> Self {
        let (agents, reach, invites) = (self.agents.clone(), self.reach, self.invites.clone());
        Self { agents, reach, invites, ..Self::default() }
    }

    /// What the configuration says about reaching an agent.
    pub fn reach(&self, agent: AgentId) -> Reach {
        let invites = self.invites.get(&agent).copied().unwrap_or(self.reach.invites);
        Reach { invites, ..self.reach }
    }

    /// The same, with addresses that are not served.
    #[must_use]
    pub fn with_blocked(self, blocked: HashSet<Address>) -> Self {
        Self { blocked, ..self }
    }

    /// Whether the block list names this address (C7).
    pub fn is_blocked(&self, address: &Address) -> bool {
        self.blocked.contains(address)
    }

    /// The zone in which its days begin and end; UTC where none is configured.
    pub fn zone(&self) -> TimeZone {
        self.zone.clone().unwrap_or(TimeZone::UTC)
    }

    /// Every channel account, in no particular order.
    pub fn accounts(&self) -> impl Iterator<Item = &AccountId> + '_ {
        self.accounts.keys()
    }

    /// Where answers to an account's customers are pushed to; `None`: they are read.
    pub fn webhook(&self, account: &AccountId) -> Option<&Url> {
        self.webhooks.get(account)
    }

    /// Where notices go; `None`: nowhere.
    pub fn notices(&self) -> Option<&Url> {
        self.notices.as_ref()
    }

    /// The service of that id.
    pub fn service(&self, id: &ServiceId) -> Option<&Service> {
        self.services.get(id)
    }

    /// Every service, in no particular order.
    pub fn services(&self) -> impl Iterator<Item = &Service> {
        self.services.values()
    }

    /// The service that a channel account leads to.
    pub fn service_of(&self, account: &AccountId) -> Option<&Service> {
        self.services.get(self.accounts.get(account)?)
    }

    /// Whether an agent counts as not available: in each service that rings them, they missed as
    /// many invitations in a row as it allows.
    pub fn misses_too_many(&self, agent: &Agent) -> bool {
        let mut rung_by = self
            .services
            .values()
            .filter(|service| service.members.contains(&agent.id))
            .map(|service| service.distribution.misses)
            .peekable();
        rung_by.peek().is_some() && rung_by.all(|limit| limit > 0 && agent.misses >= limit)
    }

    /// Every agent with their name, in no particular order.
    pub fn agents(&self) -> impl Iterator<Item = (AgentId, &str)> + '_ {
        self.agents.iter().map(|(id, name)| (*id, name.as_str()))
    }

    /// The name of an agent, `None` for somebody who is none.
    pub fn agent_name(&self, id: AgentId) -> Option<&str> {
        self.agents.get(&id).map(String::as_str)
    }
}
