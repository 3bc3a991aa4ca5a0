//! The bot, its scopes and its commands.

use std::collections::HashSet;

use serde_json::Value;

use super::{list, text};
use crate::manifest::{Finding, MANIFEST};

/// Where Beckon works, and why it must be allowed to.
const SCOPES: [(&str, &str); 2] = [
    ("personal", "agents are invited in their chat with the bot"),
    ("groupChat", "conversations take place in group chats"),
];

/// Looks at the bot, and at what other parts say of its scopes.
pub(super) fn check(manifest: &Value, found: &mut Vec<Finding>) {
    let mut error = |pointer: &str, problem: String, mend: &str| {
        found.push(Finding::error(MANIFEST, pointer, problem, mend));
    };
    if list(manifest, "/bots").is_empty() {
        error("/bots", "names no bot".to_owned(), "add the bot; Beckon is nothing without");
        return;
    }
    let scopes: Vec<_> =
        list(manifest, "/bots/0/scopes").iter().filter_map(Value::as_str).collect();
    for (scope, why) in SCOPES {
        if !scopes.contains(&scope) {
            error("/bots/0/scopes", format!("lacks {scope}: {why}"), "add it");
        }
    }
    if let Some(scope) = text(manifest, "/defaultInstallScope")
        && !scopes.contains(&scope)
    {
        let problem = format!("{scope:?} is not a scope of the bot");
        error("/defaultInstallScope", problem, "choose one of /bots/0/scopes");
    }
    commands(manifest, &scopes, &mut error);
}

fn commands(manifest: &Value, scopes: &[&str], error: &mut dyn FnMut(&str, String, &str)) {
    for index in 0..list(manifest, "/bots/0/commandLists").len() {
        let at = format!("/bots/0/commandLists/{index}");
        let of = list(manifest, &format!("{at}/scopes"));
        if of.is_empty() {
            error(&format!("{at}/scopes"), "is empty".to_owned(), "say where the commands work");
        }
        for (index, scope) in of.iter().enumerate() {
            if let Some(scope) = scope.as_str()
                && !scopes.contains(&scope)
            {
                let problem = format!("{scope:?} is not a scope of the bot");
                error(&format!("{at}/scopes/{index}"), problem, "choose one of /bots/0/scopes");
            }
        }
        let commands = list(manifest, &format!("{at}/commands"));
        if commands.is_empty() {
            error(&format!("{at}/commands"), "is empty".to_owned(), "take the list out");
        }
        let mut titles = HashSet::new();
        for (index, command) in commands.iter().enumerate() {
            let Some(title) = text(command, "/title") else { continue };
            let at = format!("{at}/commands/{index}/title");
            if title.trim().is_empty() {
                error(&at, "is blank".to_owned(), "write what people type");
            } else if !titles.insert(title) {
                error(&at, format!("{title:?} stands twice"), "take one out");
            }
        }
    }
}
