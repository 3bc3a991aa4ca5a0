use super::*;
use serde_json::json;

fn definition(state: &str, permission: &str) -> serde_json::Value {
    let list = [json!({"permissionValue": permission, "permissionType": "application"})];
    json!({
        "publishingState": state,
        "authorization": {"requiredPermissionSet": {"resourceSpecificPermissions": list}},
    })
}

fn names(definitions: serde_json::Value) -> Vec<String> {
    let definitions = serde_json::from_value(definitions).unwrap();
    declared(definitions).into_iter().map(|permission| permission.permission_value).collect()
}

#[test]
fn the_newest_published_version_declares() {
    let old = definition("published", "Old.Chat");
    let new = definition("published", "New.Chat");
    let draft = definition("submitted", "Draft.Chat");
    assert_eq!(names(json!([old, new, draft])), ["New.Chat"]);
    assert_eq!(names(json!([draft])), ["Draft.Chat"]);
    assert_eq!(names(json!([{ "publishingState": "published" }])), [""; 0]);
    assert_eq!(names(json!([])), [""; 0]);
}
