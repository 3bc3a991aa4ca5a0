//! The seam through which a cluster hands out a tenant's budget.

use std::fmt;

use super::config::Priority;
use super::window::Moment;

/// Hands out the sends of a tenant when several nodes share one bot.
///
/// Teams counts 30 (or 50) requests a second for an app in a tenant, whichever node sends them.
/// On one node the limiter keeps that window itself. In a cluster, give it an implementation
/// that holds this node's slice of the budget and fetches more in the background.
///
/// Both calls come under a lock of the limiter: they must answer from memory, at once.
pub trait TenantGrants: fmt::Debug + Send + Sync {
    /// Takes one send out of the tenant's budget, or says when to ask again.
    ///
    /// The limiter calls this last, when every window of the conversation is open, so nothing
    /// is taken that a later check throws away.
    ///
    /// # Errors
    ///
    /// The moment at which it is worth asking again.
    fn try_take(&self, tenant: &str, priority: Priority, now: Moment) -> Result<(), Moment>;

    /// Teams throttled several conversations of the tenant at `now`: other nodes should pause as
    /// well, until `until`.
    fn paused(&self, _tenant: &str, _now: Moment, _until: Moment) {}
}
