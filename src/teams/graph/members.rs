//! Who is in a chat.

use beckon_domain::ids::{AgentId, TenantId};
use reqwest::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::call::Call;
use super::client::GraphClient;
use super::error::GraphError;
use super::operation::Operation;
use super::path::Path;

/// The most pages of one list that are read: a Graph that links in a circle ends there.
pub(super) const MOST_PAGES: usize = 100;

/// What somebody who joins a chat sees of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum History {
    /// Nothing from before.
    None,
    /// Everything.
    All,
}

/// A member of a chat.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    /// The membership's id: opaque, and not the person's.
    pub id: String,
    /// The person's Entra object id; `None` for somebody who has none, such as a guest by mail.
    #[serde(default)]
    pub user_id: Option<String>,
}

impl Member {
    /// Whether this is the membership of that person.
    pub fn is(&self, person: AgentId) -> bool {
        self.user_id.as_deref().and_then(|id| id.parse().ok()) == Some(person)
    }
}

/// One page of a collection.
#[derive(Debug, Deserialize)]
pub(super) struct Page<T> {
    pub(super) value: Vec<T>,
    #[serde(rename = "@odata.nextLink")]
    pub(super) next: Option<String>,
}

impl GraphClient {
    /// Who is in a chat.
    ///
    /// # Errors
    /// [`GraphError`]; reading again is always safe.
    pub async fn members(&self, tenant: TenantId, chat: &str) -> Result<Vec<Member>, GraphError> {
        let path = Path::chat(chat).map(|path| path.then("members"));
        let call = Call::new(self, Operation::ListMembers, tenant, Method::GET, &path);
        self.all(tenant, Operation::ListMembers, call).await
    }

    /// Takes a person of the tenant into a chat. Somebody who is in it already stays in it, with
    /// what they see unchanged.
    ///
    /// # Errors
    /// [`GraphError`].
    pub async fn add_member(
        &self,
        tenant: TenantId,
        chat: &str,
        person: AgentId,
        history: History,
    ) -> Result<(), GraphError> {
        let mut body = self.member(person);
        if history == History::All {
            // The beginning of time stands for everything (Graph, add member to a chat).
            body["visibleHistoryStartDateTime"] = "0001-01-01T00:00:00Z".into();
        }
        let path = Path::chat(chat).map(|path| path.then("members"));
        let call = Call::new(self, Operation::AddMember, tenant, Method::POST, &path);
        match self.call(call.with_body(body)).await {
            Ok(_) => Ok(()),
            // Which of the two is said of somebody who is in it already is not documented.
            Err(refused @ GraphError::Refused { status: 400 | 409, .. }) => {
                let there =
                    self.members(tenant, chat).await?.iter().any(|member| member.is(person));
                if there { Ok(()) } else { Err(refused) }
            }
            Err(error) => Err(error),
        }
    }

    /// Takes a person out of a chat. Somebody who is not in it is no error.
    ///
    /// # Errors
    /// [`GraphError`].
    pub async fn remove_member(
        &self,
        tenant: TenantId,
        chat: &str,
        person: AgentId,
    ) -> Result<(), GraphError> {
        let members = self.members(tenant, chat).await?;
        match members.iter().find(|member| member.is(person)) {
            Some(member) => self.end_membership(tenant, chat, member).await,
            None => Ok(()),
        }
    }

    /// Takes everybody out of a chat.
    ///
    /// # Errors
    /// [`GraphError`]; who is left is taken out when this is done again.
    pub async fn remove_everybody(&self, tenant: TenantId, chat: &str) -> Result<(), GraphError> {
        for member in self.members(tenant, chat).await? {
            self.end_membership(tenant, chat, &member).await?;
        }
        Ok(())
    }

    async fn end_membership(
        &self,
        tenant: TenantId,
        chat: &str,
        member: &Member,
    ) -> Result<(), GraphError> {
        let path = Path::chat(chat).and_then(|path| path.then("members").id(&member.id));
        let call = Call::new(self, Operation::RemoveMember, tenant, Method::DELETE, &path);
        match self.call(call).await {
            // Gone meanwhile.
            Ok(_) | Err(GraphError::Refused { status: 404, .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// A whole collection, page by page.
    pub(super) async fn all<T: DeserializeOwned>(
        &self,
        tenant: TenantId,
        operation: Operation,
        mut call: Call,
    ) -> Result<Vec<T>, GraphError> {
        let mut all = Vec::new();
        for _ in 0..MOST_PAGES {
            let page: Page<T> = self.call(call).await?.json()?;
            all.extend(page.value);
            match page.next {
                Some(next) => call = Call::follow(operation, tenant, &next),
                None => break,
            }
        }
        Ok(all)
    }
}
