//! The way into a group chat of Teams.

use beckon_domain::ids::TenantId;
use botframework::activity::{ConversationReference, ConversationType};
use botframework::service_url::ServiceUrl;

use super::rooms::TEAMS;

/// How a group chat of a tenant is reached, by where Teams serves it: nothing else has to be known,
/// so nobody has to have written to the bot before.
pub(super) fn way(at: ServiceUrl, tenant: TenantId, chat: &str) -> ConversationReference {
    let mut way = ConversationReference::new(TEAMS, at, chat);
    way.tenant_id = Some(tenant.to_string());
    way.conversation_type = Some(ConversationType::GroupChat);
    way
}
