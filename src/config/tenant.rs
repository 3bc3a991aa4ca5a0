//! `[[tenant]]`: an organisation with its agents, services, channel accounts and keys.

use std::collections::HashSet;

use beckon_domain::ids::{AccountId, Address, AgentId, ServiceId, TenantId};
use beckon_domain::session::MAX_TEXT_CHARS;
use beckon_domain::settings::{self, Channel, FlowTexts};
use beckon_domain::text::one_line;
use jiff::SignedDuration;
use serde::Deserialize;
use url::Url;

use super::card_rules::{self, CardParameterEntry};
use super::cards::Cards;
use super::intake::Workflow;
use super::key::{self, Key};
use super::rooms::ServiceRooms;
use super::sweep::{SilenceEntry, Sweep, Zone};
use super::wrap_up::WrapUpEntry;
use super::{ConfigError, TenantGraph, distribution};
use crate::directory;

/// One organisation.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tenant {
    /// The Entra tenant id.
    pub id: TenantId,
    /// The people who answer.
    #[serde(default, rename = "agent")]
    pub agents: Vec<AgentEntry>,
    /// What customers reach.
    #[serde(default, rename = "service")]
    pub services: Vec<ServiceEntry>,
    /// Where customers write to.
    #[serde(default, rename = "account")]
    pub accounts: Vec<Account>,
    /// Keys for the REST API and for signing in to the console.
    #[serde(default, rename = "key")]
    pub keys: Vec<Key>,
    /// The daily sweep.
    #[serde(default)]
    pub sweep: Sweep,
    /// Where notices are pushed to: sessions that ended, invitations that could not be delivered.
    /// https, or http on loopback. Default: nowhere.
    pub notices: Option<Url>,
    /// Rooms in Teams. Default: none.
    pub graph: Option<TenantGraph>,
    /// The language of cards, e.g. `de`, where an agent's own is not known or not there.
    /// Default `en`.
    pub language: Option<String>,
    /// The IANA zone of its days and of the times on its cards, e.g. `Europe/Zurich`. Default `UTC`.
    #[serde(default)]
    pub time_zone: Zone,
    /// Cards of the tenant's own.
    #[serde(default)]
    pub cards: Cards,
    /// Whether agents are invited in Teams; each can choose otherwise. Without it invitations come
    /// in the console alone. Default yes.
    #[serde(default = "yes")]
    pub invite_in_teams: bool,
    /// Addresses that are not served: what they write is kept, and their sessions end at once.
    #[serde(default)]
    pub blocked: Vec<String>,
}

/// A person who answers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentEntry {
    /// The Entra object id.
    pub id: AgentId,
    /// The name that customers see.
    pub name: String,
    /// Whether they are invited in Teams, until they choose otherwise. Default: as the tenant says.
    pub invite_in_teams: Option<bool>,
}

/// A service.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceEntry {
    /// The id, used in this file and in the API.
    pub id: ServiceId,
    /// The name that people see.
    pub name: String,
    /// The agents it may ring, by id.
    pub members: Vec<AgentId>,
    /// Agents who reach the customer in any room of this service that they were added to, by id;
    /// they need not be members. Default none.
    #[serde(default)]
    pub supervisors: Vec<AgentId>,
    /// Ring time in seconds, 5–600. Default 30.
    #[serde(default = "default_ring")]
    pub ring_seconds: u32,
    /// Misses in a row after which an agent counts as not available, 1–10; 0: never. Default 2.
    #[serde(default = "default_misses")]
    pub misses: u32,
    /// How long a card may stay unconfirmed before the next agent is asked, in seconds, 5–60.
    /// Default 10.
    pub delivery_seconds: Option<u32>,
    /// How long an agent who missed an invitation stays flagged, in seconds, 10–28800; 0: never.
    /// Default 0.
    pub rona_seconds: Option<u32>,
    /// Whether a decline flags like a miss; needs `rona_seconds`. Default no.
    pub flag_declines: Option<bool>,
    /// How many agents are rung at once for one session, 1–50. Default 1. With more, an unanswered
    /// ring is nobody's fault.
    pub broadcast: Option<u32>,
    /// Whether an agent whose presence is Busy is rung. Default no.
    pub ring_busy: Option<bool>,
    /// Whether an agent whose presence is Away is rung. Default no.
    pub ring_away: Option<bool>,
    /// How many sessions an agent may have ringing and connected, 1–10. Default 1.
    pub capacity: Option<u32>,
    /// How many parked sessions do not count against `capacity`, 0–4. Default 0.
    pub parked: Option<u32>,
    /// After how long a parked session goes back to the queue, in seconds, 60–86400; 0: never.
    /// Default 3600.
    pub park_limit_seconds: Option<u32>,
    /// How many customers who asked for this very agent one may have, 1–20. Default 3.
    pub direct: Option<u32>,
    /// After-call work in seconds, 5–900; 0: off. Default 0.
    #[serde(default)]
    pub wrap_up_seconds: u32,
    /// What agents may and have to do meanwhile.
    #[serde(default)]
    pub wrap_up: WrapUpEntry,
    /// Longest wait for an agent in seconds, 60–86400; 0: no limit. Default 900.
    #[serde(default = "default_max_wait")]
    pub max_wait_seconds: u32,
    /// The agreed time of waiting for an agent in seconds, 1–3600: reports tell who was answered
    /// within it. Default 20.
    #[serde(default = "default_sla")]
    pub sla_seconds: u32,
    /// The zone of its customers' days, an IANA name. Default: the tenant's.
    pub time_zone: Option<Zone>,
    /// What is done when nothing is said.
    #[serde(default)]
    pub silence: SilenceEntry,
    /// What the customer hears after the first message; empty: nothing.
    pub greeting: Option<String>,
    /// What the customer hears when nobody was free in time; empty: nothing.
    pub queue_timeout_text: Option<String>,
    /// The closing line for both sides when a conversation is ended; empty: nothing.
    pub closing_text: Option<String>,
    /// Where agent and customer talk.
    #[serde(default)]
    pub rooms: ServiceRooms,
    /// The language of its cards, before that of the tenant.
    pub language: Option<String>,
    /// Cards of the service's own, before those of the tenant.
    #[serde(default)]
    pub cards: Cards,
    /// Who decides what becomes of a session before an agent has it. Default `built_in`.
    #[serde(default)]
    pub workflow: Workflow,
    /// How many sessions may be open at once before the built-in flow turns customers away,
    /// 1–10000. Default 200.
    pub session_limit: Option<u32>,
    /// What a customer hears who is turned away for that; empty: nothing.
    pub full_text: Option<String>,
    /// How long after the end a customer who writes again is led to the agent they had, in
    /// minutes, 1–1440; 0: never. Default 15.
    pub reopen_minutes: Option<u32>,
    /// How long a customer whom we wrote to has for an answer, in minutes, 1–10080. Default 1440.
    pub outbound_minutes: Option<u32>,
    /// Which parameters of a session its cards show, in this order. At most 20. Default none.
    #[serde(default)]
    pub card_parameters: Vec<CardParameterEntry>,
    /// Whether invitations show the beginning of what the customer wrote first. Default no.
    #[serde(default)]
    pub preview: bool,
}

/// A channel account.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// The id, part of the API's address.
    pub id: AccountId,
    /// The kind of channel.
    pub channel: Channel,
    /// The service it leads to.
    pub service: ServiceId,
    /// Where answers are pushed to; https, or http on loopback. Default: they are read by the API.
    pub webhook: Option<Url>,
}

fn yes() -> bool {
    true
}
fn default_ring() -> u32 {
    30
}
fn default_misses() -> u32 {
    2
}
fn default_max_wait() -> u32 {
    900
}
fn default_sla() -> u32 {
    settings::USUAL_SLA_SECONDS
}

impl Tenant {
    /// The tenant as the rules see it.
    pub fn directory(&self) -> directory::Tenant {
        directory::Tenant::new(
            self.services.iter().map(|service| self.settings(service)).collect(),
            self.agents.iter().map(|agent| (agent.id, agent.name.clone())).collect(),
        )
        .with_receivers(
            self.accounts
                .iter()
                .filter_map(|account| Some((account.id.clone(), account.webhook.clone()?)))
                .collect(),
            self.notices.clone(),
        )
        .with_sweep(self.sweep.rules(&self.time_zone))
        .with_zone(self.time_zone.0.clone())
        .with_invites(
            self.invite_in_teams,
            self.agents
                .iter()
                .filter_map(|agent| Some((agent.id, agent.invite_in_teams?)))
                .collect(),
        )
        .with_blocked(self.blocked.iter().map(|address| Address(address.clone())).collect())
    }

    /// Whether anything is pushed, so that a secret to sign with is needed.
    pub fn has_receivers(&self) -> bool {
        self.notices.is_some() || self.accounts.iter().any(|account| account.webhook.is_some())
    }

    fn settings(&self, service: &ServiceEntry) -> settings::Service {
        let seconds = |value: u32| SignedDuration::from_secs(value.into());
        let said = |text: &Option<String>, default: Option<String>| match text {
            None => default,
            Some(text) => (!text.trim().is_empty()).then(|| text.clone()),
        };
        let default = FlowTexts::default();
        settings::Service {
            id: service.id.clone(),
            name: service.name.clone(),
            members: service.members.clone(),
            supervisors: service.supervisors.clone(),
            accounts: self
                .accounts
                .iter()
                .filter(|account| account.service == service.id)
                .map(|account| settings::Account {
                    id: account.id.clone(),
                    channel: account.channel,
                })
                .collect(),
            distribution: distribution::settings(service),
            wrap_up: service.wrap_up.settings(service.wrap_up_seconds),
            max_wait: (service.max_wait_seconds > 0).then(|| seconds(service.max_wait_seconds)),
            sla_seconds: service.sla_seconds,
            workflow: service.workflow == Workflow::External,
            rooms: service.rooms.settings(self.graph.as_ref()),
            intake: service.intake(),
            silence: service
                .silence
                .settings(service.time_zone.as_ref().unwrap_or(&self.time_zone)),
            cards: card_rules::settings(service),
            texts: FlowTexts {
                greeting: said(&service.greeting, default.greeting),
                queue_timeout: said(&service.queue_timeout_text, default.queue_timeout),
                full: said(&service.full_text, default.full),
                closing: said(&service.closing_text, default.closing),
            },
        }
    }
}

/// Checks what one key alone cannot say: ranges, references, doubles.
pub(super) fn check(tenants: &[Tenant]) -> Result<(), ConfigError> {
    unique("tenant", "id", tenants.iter().map(|tenant| tenant.id.to_string()))?;
    for tenant in tenants {
        let at = |what: &str| format!("tenant {}, {what}", tenant.id);
        unique(&at("agent"), "id", tenant.agents.iter().map(|agent| agent.id.to_string()))?;
        unique(&at("service"), "id", tenant.services.iter().map(|service| service.id.to_string()))?;
        unique(&at("account"), "id", tenant.accounts.iter().map(|account| account.id.to_string()))?;
        let agents: HashSet<AgentId> = tenant.agents.iter().map(|agent| agent.id).collect();
        if let Some(agent) = tenant.agents.iter().find(|agent| one_line(&agent.name).is_empty()) {
            return Err(ConfigError::invalid(
                at(&format!("agent {}: name", agent.id)),
                "is empty; customers see it",
            ));
        }
        for service in &tenant.services {
            check_service(&at(&format!("service {}", service.id)), service, &agents)?;
        }
        for account in &tenant.accounts {
            let here = at(&format!("account {}", account.id));
            slug(&here, account.id.as_str())?;
            if account.channel != Channel::Api {
                return Err(ConfigError::invalid(
                    format!("{here}: channel"),
                    format!("{:?} is not available yet; use \"api\"", account.channel.name()),
                ));
            }
            receiver(&format!("{here}: webhook"), account.webhook.as_ref())?;
            if !tenant.services.iter().any(|service| service.id == account.service) {
                return Err(ConfigError::invalid(
                    format!("{here}: service"),
                    format!("there is no service {:?} in this tenant", account.service.as_str()),
                ));
            }
        }
        receiver(&at("notices"), tenant.notices.as_ref())?;
        tenant.sweep.check(&at("sweep"))?;
        if let Some(graph) = &tenant.graph {
            graph.check(&at("graph"), &tenant.agents)?;
        }
        for key in &tenant.keys {
            key::check(&at(&format!("key {:?}", key.name)), key, tenant)?;
        }
    }
    let keys = tenants.iter().flat_map(|tenant| &tenant.keys);
    unique("key", "sha256", keys.map(|key| key.sha256.to_ascii_lowercase()))
}

fn check_service(
    at: &str,
    service: &ServiceEntry,
    agents: &HashSet<AgentId>,
) -> Result<(), ConfigError> {
    slug(at, service.id.as_str())?;
    service.rooms.check(&format!("{at}: rooms"))?;
    if one_line(&service.name).is_empty() {
        return Err(ConfigError::invalid(format!("{at}: name"), "is empty; customers see it"));
    }
    for (key, people) in [("members", &service.members), ("supervisors", &service.supervisors)] {
        let here = format!("{at}: {key}");
        if let Some(stranger) = people.iter().find(|person| !agents.contains(person)) {
            return Err(ConfigError::invalid(
                here,
                format!("{stranger} is no agent of this tenant; add an [[tenant.agent]]"),
            ));
        }
        unique(&here, "id", people.iter().map(ToString::to_string))?;
    }
    for (key, text) in [
        ("greeting", &service.greeting),
        ("queue_timeout_text", &service.queue_timeout_text),
        ("full_text", &service.full_text),
        ("closing_text", &service.closing_text),
    ] {
        if text.as_ref().is_some_and(|text| text.chars().count() > MAX_TEXT_CHARS) {
            return Err(ConfigError::invalid(
                format!("{at}: {key}"),
                format!("is longer than {MAX_TEXT_CHARS} characters"),
            ));
        }
    }
    service.silence.check(&format!("{at}, silence"))?;
    card_rules::check(at, service)?;
    service.wrap_up.check(&format!("{at}, wrap_up"), service.wrap_up_seconds)?;
    let off = |value, range: std::ops::RangeInclusive<u32>| value == 0 || range.contains(&value);
    for (key, fits, range) in [
        ("wrap_up_seconds", off(service.wrap_up_seconds, 5..=900), "5 to 900, or 0 for off"),
        (
            "max_wait_seconds",
            off(service.max_wait_seconds, 60..=86_400),
            "60 to 86400, or 0 for no limit",
        ),
        ("sla_seconds", (1..=3600).contains(&service.sla_seconds), "1 to 3600"),
    ] {
        if !fits {
            return Err(ConfigError::invalid(format!("{at}: {key}"), format!("must be {range}")));
        }
    }
    service.check_intake(at)?;
    distribution::check(at, service)
}

/// Customers' words leave for a receiver, so the way there is encrypted, or does not leave the
/// machine.
fn receiver(key: &str, url: Option<&Url>) -> Result<(), ConfigError> {
    let Some(url) = url else { return Ok(()) };
    let loopback = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => Ok(()),
        "http" if loopback => Ok(()),
        _ => Err(ConfigError::invalid(key, "must be https, or http on this machine")),
    }
}

/// Ids stand in addresses of the API, so they are letters, digits, dashes and underscores.
pub(super) fn slug(at: &str, id: &str) -> Result<(), ConfigError> {
    let fits = (1..=64).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if fits {
        Ok(())
    } else {
        Err(ConfigError::invalid(
            format!("{at}: id"),
            "must be 1 to 64 letters, digits, dashes or underscores",
        ))
    }
}

pub(super) fn unique(
    at: &str,
    key: &str,
    values: impl Iterator<Item = String>,
) -> Result<(), ConfigError> {
    let mut seen = HashSet::new();
    for value in values {
        if !seen.insert(value.clone()) {
            return Err(ConfigError::invalid(
                format!("{at}: {key}"),
                format!("{value:?} stands twice; every one must be different"),
            ));
        }
    }
    Ok(())
}
