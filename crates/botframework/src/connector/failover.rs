//! Tenants that Teams wants to be served by another host.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use super::endpoint::Endpoint;
use crate::cloud::Cloud;
use crate::service_url::ServiceUrl;

/// More than the service URLs of any real bot; a bound, so that nobody can fill the memory.
const MAX_REMEMBERED: usize = 10_000;

/// A tenant, in lower case, at a service URL.
type Key = (String, ServiceUrl);

fn key(endpoint: Endpoint<'_>) -> Option<Key> {
    let tenant = endpoint.tenant.filter(|tenant| !tenant.is_empty())?;
    Some((tenant.to_ascii_lowercase(), endpoint.service_url.clone()))
}

/// Remembers which tenants answered `InvalidBotApiHost` at which service URL: those of the
/// moderate government cloud (GCC) that were addressed at the public host.
///
/// Tenants share service URLs, so neither is a key without the other, and of a call whose
/// tenant is unknown nothing is remembered.
#[derive(Debug)]
pub(super) struct Failover {
    fallback: Option<ServiceUrl>,
    moved: Mutex<HashSet<Key>>,
}

impl Failover {
    /// Fails over to the GCC base.
    pub(super) fn to_gcc() -> Self {
        let base = Cloud::Gcc.constants().proactive_base;
        Self::to(base.and_then(|base| ServiceUrl::parse(base).ok()))
    }

    /// Fails over to `fallback`, or never.
    pub(super) fn to(fallback: Option<ServiceUrl>) -> Self {
        Self { fallback, moved: Mutex::default() }
    }

    /// The same fall-back, without memory.
    pub(super) fn fresh(&self) -> Self {
        Self::to(self.fallback.clone())
    }

    /// Where calls to `endpoint` go.
    pub(super) fn base<'a>(&'a self, endpoint: Endpoint<'a>) -> &'a ServiceUrl {
        let moved = || {
            let moved = self.lock();
            !moved.is_empty() && key(endpoint).is_some_and(|key| moved.contains(&key))
        };
        self.fallback.as_ref().filter(|_| moved()).unwrap_or(endpoint.service_url)
    }

    /// Where to try again what `refused` did not take: the fall-back, or the way back from it.
    /// `None` if there is no other place.
    pub(super) fn alternative<'a>(
        &'a self,
        endpoint: Endpoint<'a>,
        refused: &ServiceUrl,
    ) -> Option<&'a ServiceUrl> {
        let fallback = self.fallback.as_ref()?;
        let other = if refused == fallback { endpoint.service_url } else { fallback };
        Some(other).filter(|other| *other != refused)
    }

    /// The fall-back worked for `endpoint`.
    pub(super) fn remember(&self, endpoint: Endpoint<'_>) {
        let Some(key) = key(endpoint) else { return };
        let mut moved = self.lock();
        if moved.len() >= MAX_REMEMBERED {
            moved.clear();
        }
        moved.insert(key);
    }

    /// The place that was remembered for `endpoint` refused a call.
    pub(super) fn forget(&self, endpoint: Endpoint<'_>) {
        if let Some(key) = key(endpoint) {
            self.lock().remove(&key);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashSet<Key>> {
        self.moved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
