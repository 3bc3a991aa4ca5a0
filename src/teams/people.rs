//! Who sent an activity, and how to reach them.

use beckon_domain::ids::{AgentId, TenantId};
use botframework::activity::Activity;

/// The sender of a verified activity.
pub(super) struct Sender {
    pub(super) tenant: TenantId,
    pub(super) agent: AgentId,
    /// The language of their client, if it told.
    pub(super) locale: Option<String>,
}

impl Sender {
    /// The tenant and the Entra object id of the sender; `None` for bots, guests and whoever
    /// comes without them. They can be trusted because the activity's token was verified.
    pub(super) fn of(activity: &Activity) -> Option<Self> {
        let tenant = activity.tenant_id()?.parse().ok()?;
        let agent = activity.from.as_ref()?.aad_object_id.as_deref()?.parse().ok()?;
        Some(Self { tenant, agent, locale: activity.locale.clone() })
    }
}

/// The conversation reference as it is stored: without what changes with every activity.
pub(super) fn reference(activity: &Activity) -> Option<String> {
    let mut reference = activity.conversation_reference();
    reference.last_seen_at = None;
    reference.installed_at = None;
    serde_json::to_string(&reference).ok()
}
