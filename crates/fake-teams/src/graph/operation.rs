//! The name of a Graph call and what it is counted under.

use crate::{gate::Purpose, limits::Scope};

/// Path segments that are words of the API; all others are ids.
const WORDS: [&str; 12] = [
    "chats",
    "me",
    "members",
    "installedApps",
    "messages",
    "appCatalogs",
    "teamsApps",
    "users",
    "teamwork",
    "chat",
    "installedApps",
    "$batch",
];

/// Names a call by its method and path, ids left out.
pub(super) fn purpose(method: &str, path: &str, _body: &[u8]) -> Purpose {
    let below = path.split_once("/v1.0").map_or(path, |(_, below)| below);
    let parts = below
        .split('/')
        .map(|part| if part.is_empty() || WORDS.contains(&part) { part } else { "{id}" });
    let operation = format!("{method} {}", parts.collect::<Vec<_>>().join("/"));
    let mut scopes = vec![Scope::new("graph", "")];
    if operation == "DELETE /chats/{id}" {
        scopes.push(Scope::new("graphDeleteChat", ""));
    }
    Purpose { operation, scopes, changes: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_left_out_of_the_name() {
        let name = |path| purpose("GET", path, b"").operation;
        assert_eq!(name("/chats"), "GET /chats");
        assert_eq!(name("/v1.0/chats/19:x@thread.v2/members"), "GET /chats/{id}/members");
        let chat = "/users/3f/teamwork/installedApps/NW==/chat";
        assert_eq!(name(chat), "GET /users/{id}/teamwork/installedApps/{id}/chat");
    }
}
