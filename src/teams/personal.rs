//! The chat with an agent whom the bot has not heard from.

use beckon_domain::ids::{AgentId, TenantId};
use botframework::activity::ConversationReference;
use botframework::connector::ConnectorError;
use botframework::limiter::Priority;
use botframework::service_url::ServiceUrl;
use botframework::turn::Proactive;

/// Opens the agent's chat with the bot, or finds it. Nobody is written to (B2). Stored as JSON the
/// reference is what [`BotChat::Active`](beckon_domain::agent::BotChat) keeps.
///
/// The bot must be installed for the agent. `at` is where Teams serves the tenant: best the service
/// URL of somebody else's chat in the same tenant, otherwise the cloud's. Doing it again gives the
/// same chat.
///
/// # Errors
/// [`ConnectorError`], of kind
/// [`BotNotInRoster`](botframework::connector::ErrorKind::BotNotInRoster) where the bot is not
/// installed.
pub async fn open(
    proactive: &Proactive,
    at: &ServiceUrl,
    tenant: TenantId,
    agent: AgentId,
    priority: Priority,
) -> Result<ConversationReference, ConnectorError> {
    let (tenant, agent) = (tenant.to_string(), agent.to_string());
    proactive.open_personal(at, &tenant, &agent, priority).await
}
