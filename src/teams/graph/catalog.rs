//! The app in the tenant's catalog.

use std::sync::Arc;

use beckon_domain::ids::TenantId;
use reqwest::Method;
use serde::{Deserialize, Serialize};

use super::call::Call;
use super::client::{GraphClient, locked};
use super::error::{GraphError, Unsent};
use super::members::Page;
use super::operation::Operation;
use super::path::Path;

/// The app as the catalog has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CatalogApp {
    /// The catalog's id, which is not the manifest's.
    pub(super) id: String,
    /// What the manifest asks of a chat. An installation must consent to exactly this.
    pub(super) declared: Vec<Permission>,
}

/// A resource-specific permission, as the catalog gives it and an installation repeats it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Permission {
    permission_value: String,
    permission_type: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    id: String,
    #[serde(default)]
    app_definitions: Vec<Definition>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Definition {
    publishing_state: Option<String>,
    authorization: Option<Authorization>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Authorization {
    required_permission_set: Option<PermissionSet>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PermissionSet {
    #[serde(default)]
    resource_specific_permissions: Vec<Permission>,
}

impl GraphClient {
    /// The app in the tenant's catalog, from memory if it was read before.
    pub(super) async fn app(&self, tenant: TenantId) -> Result<Arc<CatalogApp>, GraphError> {
        let known = locked(&self.shared.catalog).get(&tenant).cloned();
        match known {
            Some(app) => Ok(app),
            None => self.read_app(tenant).await,
        }
    }

    /// The app as the catalog has it now: an administrator may have put in a newer version.
    pub(super) async fn read_app(&self, tenant: TenantId) -> Result<Arc<CatalogApp>, GraphError> {
        let operation = Operation::FindApp;
        let Some(manifest) = self.shared.apps.get(&tenant) else {
            return Err(GraphError::not_sent(operation, Unsent::NotConfigured));
        };
        let path = Ok(Path::of("appCatalogs")
            .then("teamsApps")
            .query("$filter", &format!("externalId eq '{manifest}'"))
            .query("$expand", "appDefinitions($select=id,publishingState,authorization)"));
        let call = Call::new(self, operation, tenant, Method::GET, &path);
        let page: Page<Entry> = self.call(call).await?.json()?;
        let Some(entry) = page.value.into_iter().next() else {
            return Err(GraphError::Refused {
                operation,
                status: 404,
                code: "NotInCatalog".to_owned(),
                message: format!(
                    "the tenant's app catalog has no app with the manifest id {manifest}; upload \
                     the app package in the Teams admin centre, or correct teams_app_id"
                ),
                request_id: None,
            });
        };
        let app = Arc::new(CatalogApp { id: entry.id, declared: declared(entry.app_definitions) });
        locked(&self.shared.catalog).insert(tenant, Arc::clone(&app));
        Ok(app)
    }
}

/// What the newest published version declares, or where none is published the newest.
fn declared(definitions: Vec<Definition>) -> Vec<Permission> {
    let published = |definition: &Definition| {
        definition
            .publishing_state
            .as_deref()
            .is_some_and(|it| it.eq_ignore_ascii_case("published"))
    };
    let newest = definitions.iter().rposition(published).or(definitions.len().checked_sub(1));
    newest
        .and_then(|place| definitions.into_iter().nth(place))
        .and_then(|definition| definition.authorization?.required_permission_set)
        .map(|set| set.resource_specific_permissions)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
