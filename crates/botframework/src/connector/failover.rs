//! Tenants that Teams wants to be served by another host.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use crate::cloud::Cloud;
use crate::service_url::ServiceUrl;

/// More than the service URLs of any real bot; a bound, so that nobody can fill the memory.
const MAX_REMEMBERED: usize = 10_000;

/// Remembers which service URLs answered `InvalidBotApiHost`: tenants of the moderate
/// government cloud (GCC) that were addressed at the public host.
#[derive(Debug)]
pub(super) struct Failover {
    fallback: Option<ServiceUrl>,
    moved: Mutex<HashSet<ServiceUrl>>,
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

    /// Where calls for `url` go.
    pub(super) fn base<'a>(&'a self, url: &'a ServiceUrl) -> &'a ServiceUrl {
        match &self.fallback {
            Some(fallback) if self.lock().contains(url) => fallback,
            _ => url,
        }
    }

    /// Where to try again what `url` refused; `None` if that is the place that refused it.
    pub(super) fn alternative(&self, url: &ServiceUrl) -> Option<&ServiceUrl> {
        self.fallback.as_ref().filter(|fallback| *fallback != url)
    }

    /// The alternative worked for `url`.
    pub(super) fn remember(&self, url: &ServiceUrl) {
        let mut moved = self.lock();
        if moved.len() >= MAX_REMEMBERED {
            moved.clear();
        }
        moved.insert(url.clone());
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashSet<ServiceUrl>> {
        self.moved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
