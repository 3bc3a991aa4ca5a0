//! Making and naming group chats.

use beckon_domain::ids::{AgentId, TenantId};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::call::Call;
use super::client::GraphClient;
use super::error::GraphError;
use super::operation::Operation;
use super::path::Path;

/// A group chat.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Chat {
    /// Its id, `19:…@thread.v2`. For the Bot Connector it is the conversation's id, too.
    pub id: String,
    /// The address that opens it in Teams, as Graph gives it; opaque.
    pub web_url: Option<String>,
}

impl GraphClient {
    /// Makes a group chat of members of the tenant, at least two and at most 200 (Graph, create
    /// chat). The app itself is not in it: [`install_app`](Self::install_app) comes next. `topic`
    /// holds at most 250 characters and no colon.
    ///
    /// # Errors
    /// [`GraphError`]. Where it [may have happened](GraphError::may_have_happened), do not repeat:
    /// Graph makes another chat each time, and the first cannot be searched for.
    pub async fn create_chat(
        &self,
        tenant: TenantId,
        topic: &str,
        members: &[AgentId],
    ) -> Result<Chat, GraphError> {
        let members: Vec<Value> = members.iter().map(|member| self.member(*member)).collect();
        let body = json!({ "chatType": "group", "topic": topic, "members": members });
        let path = Ok(Path::of("chats"));
        let call = Call::new(self, Operation::CreateChat, tenant, Method::POST, &path);
        let chat: Chat = self.call(call.with_body(body)).await?.json()?;
        if chat.id.is_empty() {
            let reason = "it succeeded, but the chat has no id";
            return Err(GraphError::unanswered(Operation::CreateChat, reason));
        }
        Ok(chat)
    }

    /// Gives a chat another topic: at most 250 characters, no colon (Graph, update chat). The app
    /// must be installed in it.
    ///
    /// # Errors
    /// [`GraphError`].
    pub async fn rename_chat(
        &self,
        tenant: TenantId,
        chat: &str,
        topic: &str,
    ) -> Result<(), GraphError> {
        let path = Path::chat(chat);
        let call = Call::new(self, Operation::RenameChat, tenant, Method::PATCH, &path);
        self.call(call.with_body(json!({ "topic": topic }))).await.map(|_| ())
    }

    /// A person as Graph wants a member: exactly one role each, which is `owner` for the tenant's
    /// own people and `guest` for its guests (Graph, create chat).
    pub(super) fn member(&self, person: AgentId) -> Value {
        let role = if self.shared.guests.contains(&person) { "guest" } else { "owner" };
        json!({
            "@odata.type": "#microsoft.graph.aadUserConversationMember",
            "roles": [role],
            "user@odata.bind": format!("{}/users('{person}')", self.shared.root.v1()),
        })
    }
}
