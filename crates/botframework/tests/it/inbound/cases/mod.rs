//! Forged and odd requests. Each differs from a valid one in one dimension.

mod algorithm;
mod audience;
mod authorization;
mod body;
mod issuer;
mod key_id;
mod lifetime;
mod service_url;
mod shape;
mod signature;
mod standing;

use super::support::Draft;

/// A request that must be refused.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) change: fn(&mut Draft),
    pub(super) status: u16,
    pub(super) reason: &'static str,
}

/// A case answered with 401.
const fn unauthorized(name: &'static str, reason: &'static str, change: fn(&mut Draft)) -> Case {
    Case { name, change, status: 401, reason }
}

/// Every case.
pub(super) fn all() -> Vec<Case> {
    [
        authorization::cases(),
        shape::cases(),
        algorithm::cases(),
        key_id::cases(),
        signature::cases(),
        issuer::cases(),
        audience::cases(),
        lifetime::cases(),
        service_url::cases(),
        standing::cases(),
        body::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
