//! What tenants and services want to be different: folders, languages, the time zone.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use beckon_domain::agent::{Agent, BotChat};
use beckon_domain::ids::{ServiceId, TenantId};
use beckon_domain::settings::CardParameter;
use beckon_domain::wrap_up::WrapUp;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::check::check;
use super::error::CardError;
use super::longest;
use super::set::Set;
use super::source::Sources;

/// How a tenant's cards look.
#[derive(Clone, Debug)]
pub struct Look {
    /// The tenant.
    pub tenant: TenantId,
    /// A folder with cards, partials and texts that take the place of the built-in ones.
    pub folder: Option<PathBuf>,
    /// The language, e.g. `de`, of those whose client names none that there are texts in.
    pub language: Option<String>,
    /// The zone in which times of day are shown.
    pub zone: TimeZone,
    /// What its services want to be different from that.
    pub services: Vec<ServiceLook>,
}

/// How a service's cards look.
#[derive(Clone, Debug)]
pub struct ServiceLook {
    /// The service.
    pub service: ServiceId,
    /// A folder that takes the place of the tenant's and the built-in files.
    pub folder: Option<PathBuf>,
    /// The language, before that of the tenant.
    pub language: Option<String>,
    /// What agents choose from after a conversation: it is most of what makes a card large.
    pub wrap_up: WrapUp,
    /// What its cards tell about a session.
    pub parameters: Vec<CardParameter>,
}

/// The same, loaded.
#[derive(Debug)]
pub(super) struct Looks {
    built_in: Arc<Set>,
    plain: One,
    tenants: HashMap<TenantId, (One, HashMap<ServiceId, One>)>,
}

/// The look of one tenant or service.
#[derive(Clone, Debug)]
pub(super) struct One {
    set: Arc<Set>,
    /// Languages by preference.
    languages: Vec<String>,
    zone: TimeZone,
}

impl One {
    pub(super) fn set(&self) -> &Set {
        &self.set
    }

    pub(super) fn languages(&self) -> impl Iterator<Item = &str> {
        self.languages.iter().map(String::as_str)
    }

    pub(super) fn zone(&self) -> &TimeZone {
        &self.zone
    }
}

impl Looks {
    pub(super) fn of(set: Set) -> Self {
        let built_in = Arc::new(set);
        let plain = One { set: built_in.clone(), languages: Vec::new(), zone: TimeZone::UTC };
        Self { built_in, plain, tenants: HashMap::new() }
    }

    /// Loads and checks every folder, and measures the cards of every service.
    pub(super) fn load(looks: Vec<Look>) -> Result<Self, CardError> {
        let mut loaded = Self::of(Set::load(&Sources::default())?);
        for look in looks {
            let folders: Vec<PathBuf> = look.folder.into_iter().collect();
            let set = if folders.is_empty() {
                Arc::clone(&loaded.built_in)
            } else {
                Arc::new(checked(folders.clone())?)
            };
            let languages: Vec<String> = look.language.into_iter().collect();
            let tenant = One { set, languages, zone: look.zone };
            known_languages(&tenant, "tenant")?;
            let mut services = HashMap::new();
            for service in look.services {
                let mut one = tenant.clone();
                if let Some(folder) = &service.folder {
                    let folder = vec![folder.clone()];
                    one.set = Arc::new(checked([folder, folders.clone()].concat())?);
                }
                one.languages.splice(0..0, service.language.clone());
                known_languages(&one, service.service.as_str())?;
                longest::fits(&one, look.tenant, &service)?;
                services.insert(service.service, one);
            }
            loaded.tenants.insert(look.tenant, (tenant, services));
        }
        Ok(loaded)
    }

    pub(super) fn built_in(&self) -> &Set {
        &self.built_in
    }

    pub(super) fn of_tenant(&self, tenant: TenantId) -> &One {
        self.tenants.get(&tenant).map_or(&self.plain, |(tenant, _)| tenant)
    }

    pub(super) fn of_service(&self, tenant: TenantId, service: &ServiceId) -> &One {
        let Some((tenant, services)) = self.tenants.get(&tenant) else { return &self.plain };
        services.get(service).unwrap_or(tenant)
    }
}

/// The cards of these folders, with nothing to find fault with.
fn checked(folders: Vec<PathBuf>) -> Result<Set, CardError> {
    let set = Set::load(&Sources::new(folders)?)?;
    match check(&set)?.findings.into_iter().next() {
        None => Ok(set),
        Some(finding) => Err(finding.into_error()),
    }
}

/// A language without texts would never be shown.
fn known_languages(one: &One, whose: &str) -> Result<(), CardError> {
    match one.languages().find(|name| one.set.speaks(name).is_none()) {
        None => Ok(()),
        Some(name) => {
            let known: Vec<_> = one.set.languages().map(|known| known.name.as_str()).collect();
            let known = known.join(", ");
            let problem = format!(
                "there are no cards in {name:?}; there are {known}. Add texts/{name}.json to the \
                 folder of [cards]"
            );
            Err(CardError::invalid(format!("{whose}: language"), "", problem))
        }
    }
}

/// The language of an agent's client, as it last told.
pub(super) fn locale_of(agent: Option<&Agent>) -> Option<String> {
    #[derive(Deserialize)]
    struct Located {
        locale: Option<String>,
    }
    let Some(BotChat::Active { reference }) = agent.map(|agent| &agent.bot) else { return None };
    serde_json::from_str::<Located>(reference).ok()?.locale
}
