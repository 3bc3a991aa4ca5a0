//! The app catalog and the users.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Refusal, permission, written};
use crate::{ids::Ids, world::World};

/// The id of the bot's app in the catalog, which is not the manifest's.
pub(super) fn app_id(world: &World) -> String {
    Ids::named(world.config.seed, &world.config.manifest_id).guid()
}

/// The app as the catalog shows it.
pub(super) fn app(world: &World) -> Value {
    json!({
        "id": app_id(world),
        "externalId": world.config.manifest_id,
        "displayName": world.config.bot_name,
        "distributionMethod": "organization",
    })
}

/// `OData` options.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Options {
    #[serde(rename = "$filter")]
    filter: String,
    #[serde(rename = "$expand")]
    expand: String,
}

/// `GET /appCatalogs/teamsApps?$filter=externalId eq '{manifest id}'`, with the declared
/// permissions if `$expand` names `authorization`.
pub(super) async fn find(
    State(world): State<Arc<World>>,
    Query(options): Query<Options>,
) -> Response {
    let wanted = format!("externalId eq '{}'", world.config.manifest_id);
    let mut found = app(&world);
    if options.expand.contains("authorization") {
        let declared = world.config.declared_rsc.iter();
        let list: Vec<Value> = declared
            .map(|name| json!({"permissionValue": name, "permissionType": "application"}))
            .collect();
        found["appDefinitions"] = json!([{
            "teamsAppId": app_id(&world),
            "displayName": world.config.bot_name,
            "publishingState": "published",
            "authorization": {"requiredPermissionSet": {"resourceSpecificPermissions": list}},
        }]);
    }
    let apps = if options.filter.is_empty() || options.filter.eq_ignore_ascii_case(&wanted) {
        vec![found]
    } else {
        Vec::new()
    };
    let allowed = permission::check(&world, None, &["AppCatalog.Read.All"]);
    written(&world, allowed.map(|()| Json(json!({"value": apps})).into_response()))
}

/// `GET /users/{id or user principal name}`.
pub(super) async fn user(State(world): State<Arc<World>>, Path(user): Path<String>) -> Response {
    let found =
        permission::check(&world, None, &["User.ReadBasic.All", "User.Read.All"]).and_then(|()| {
            world.read(|state| state.person(&user).cloned()).ok_or_else(Refusal::not_found)
        });
    let answer = found.map(|person| {
        Json(json!({
            "id": person.id,
            "displayName": person.name,
            "userPrincipalName": person.upn,
            "mail": person.upn,
        }))
        .into_response()
    });
    written(&world, answer)
}
