//! Installing the app: in a chat, with consent to what its manifest asks of chats, and for people.

use beckon_domain::ids::{AgentId, TenantId};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::call::Call;
use super::catalog::CatalogApp;
use super::client::GraphClient;
use super::error::GraphError;
use super::operation::Operation;
use super::path::{NoSegment, Path};

/// How an installation for a person ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UserInstall {
    /// The app is installed now; the bot is told by an `installationUpdate`.
    Installed,
    /// It was installed before. The bot is told nothing.
    AlreadyInstalled,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Installation {
    /// The installation's id, by which it is taken out.
    id: String,
    #[serde(default)]
    teams_app: Option<InstalledApp>,
}

#[derive(Debug, Deserialize)]
struct InstalledApp {
    id: String,
}

#[derive(Debug, Deserialize)]
struct ChatId {
    id: String,
}

impl GraphClient {
    /// Installs the app in a chat and consents to what its manifest asks of chats. Once it answers
    /// the app is in; the bot can write a moment later. Installing twice is fine.
    ///
    /// # Errors
    /// [`GraphError`].
    pub async fn install_app(&self, tenant: TenantId, chat: &str) -> Result<(), GraphError> {
        let path = Path::chat(chat).map(|path| path.then("installedApps"));
        let mut app = self.app(tenant).await?;
        let mut reread = false;
        loop {
            let call = Call::new(self, Operation::InstallApp, tenant, Method::POST, &path);
            match self.call(call.with_body(self.installation(&app, true))).await {
                Ok(_) => return Ok(()),
                Err(refused @ GraphError::Refused { status: 409, .. }) => {
                    let there = self.installed(tenant, Operation::ListApps, &path, &app).await?;
                    return if there.is_some() { Ok(()) } else { Err(refused) };
                }
                // The consent must be what the catalog declares now; ours may be of an older
                // version of the app.
                Err(refused @ GraphError::Refused { status: 400 | 404, .. }) if !reread => {
                    let newest = self.read_app(tenant).await?;
                    if newest == app {
                        return Err(refused);
                    }
                    (app, reread) = (newest, true);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Takes the app out of a chat. Where it is not in it, there is nothing to do.
    ///
    /// # Errors
    /// [`GraphError`].
    pub async fn uninstall_app(&self, tenant: TenantId, chat: &str) -> Result<(), GraphError> {
        let path = Path::chat(chat).map(|path| path.then("installedApps"));
        let app = self.app(tenant).await?;
        let Some(installation) = self.installed(tenant, Operation::ListApps, &path, &app).await?
        else {
            return Ok(());
        };
        let path = path.and_then(|path| path.id(&installation));
        let call = Call::new(self, Operation::UninstallApp, tenant, Method::DELETE, &path);
        match self.call(call).await {
            Ok(_) | Err(GraphError::Refused { status: 404, .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Installs the app for a person, so that the bot may write to them.
    ///
    /// # Errors
    /// [`GraphError`].
    pub async fn install_for_user(
        &self,
        tenant: TenantId,
        person: AgentId,
    ) -> Result<UserInstall, GraphError> {
        let app = self.app(tenant).await?;
        let path = Path::apps_of_user(person);
        let call = Call::new(self, Operation::InstallForUser, tenant, Method::POST, &path);
        match self.call(call.with_body(self.installation(&app, false))).await {
            Ok(_) => Ok(UserInstall::Installed),
            Err(refused @ GraphError::Refused { status: 409, .. }) => {
                let there = self.installed(tenant, Operation::ListUserApps, &path, &app).await?;
                there.map(|_| UserInstall::AlreadyInstalled).ok_or(refused)
            }
            Err(error) => Err(error),
        }
    }

    /// Graph's id of a person's chat with the bot; `None` where the app is not installed. It is
    /// not the id under which the bot knows that chat (`a:…`): the two agree for groups only.
    ///
    /// # Errors
    /// [`GraphError`]; reading again is always safe.
    pub async fn chat_with_user(
        &self,
        tenant: TenantId,
        person: AgentId,
    ) -> Result<Option<String>, GraphError> {
        let app = self.app(tenant).await?;
        let path = Path::apps_of_user(person);
        let Some(installation) =
            self.installed(tenant, Operation::ListUserApps, &path, &app).await?
        else {
            return Ok(None);
        };
        let path = path.and_then(|path| path.id(&installation)).map(|path| path.then("chat"));
        let call = Call::new(self, Operation::FindUserChat, tenant, Method::GET, &path);
        let chat: ChatId = self.call(call).await?.json()?;
        Ok(Some(chat.id))
    }

    /// What is posted to install the app. A consent that is not what the manifest declares is
    /// refused; the manifest asks nothing of a person, so there is none to give for one.
    fn installation(&self, app: &CatalogApp, in_chat: bool) -> Value {
        let reference = format!("{}/appCatalogs/teamsApps/{}", self.shared.root.v1(), app.id);
        let mut body = json!({ "teamsApp@odata.bind": reference });
        if in_chat && !app.declared.is_empty() {
            body["consentedPermissionSet"] = json!({ "resourceSpecificPermissions": app.declared });
        }
        body
    }

    /// The id of the app's installation below `path`.
    async fn installed(
        &self,
        tenant: TenantId,
        operation: Operation,
        path: &Result<Path, NoSegment>,
        app: &CatalogApp,
    ) -> Result<Option<String>, GraphError> {
        let path = match path {
            Ok(path) => Ok(path.clone().query("$expand", "teamsApp")),
            Err(NoSegment) => Err(NoSegment),
        };
        let call = Call::new(self, operation, tenant, Method::GET, &path);
        let all: Vec<Installation> = self.all(tenant, operation, call).await?;
        let ours = |entry: &Installation| {
            entry.teams_app.as_ref().is_some_and(|installed| installed.id == app.id)
        };
        Ok(all.into_iter().find(ours).map(|entry| entry.id))
    }
}
