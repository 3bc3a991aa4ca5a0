//! Resource-specific consent: what the bot may do in the chats it is in.

use serde_json::Value;

use super::{list, text};
use crate::manifest::{Finding, MANIFEST};

/// What Beckon needs in its rooms, and what for. Adding one later asks everybody for consent again,
/// so they are complete from the first version; `docs/manifest.md` tells more.
const NEEDED: [(&str, &str); 5] = [
    ("ChatMessage.Read.Chat", "the bot hears only messages that mention it"),
    ("ChatMember.Read.Chat", "nobody sees who is in a room"),
    ("ChatSettings.ReadWrite.Chat", "rooms keep the name they were made with"),
    ("Chat.Manage.Chat", "people are added to rooms and taken out by tenant-wide rights only"),
    ("TeamsAppInstallation.Read.Chat", "nobody sees whether the bot is still in a room"),
];

/// Others of chats. The full list is Microsoft's reference of resource-specific consent.
const KNOWN: [&str; 3] =
    ["ChatMessageReadReceipt.Read.Chat", "ChatSettings.Read.Chat", "TeamsActivity.Send.Chat"];

const AT: &str = "/authorization/permissions/resourceSpecific";

/// Looks whether the permissions are all there, and whether they can be granted.
pub(super) fn check(manifest: &Value, found: &mut Vec<Finding>) {
    let asked = list(manifest, AT);
    let names: Vec<_> =
        asked.iter().map(|entry| text(entry, "/name").unwrap_or_default()).collect();
    for (name, without) in NEEDED {
        if !names.contains(&name) {
            found.push(Finding::error(
                MANIFEST,
                AT,
                format!("lacks {name}: {without}"),
                "add it now; adding it later asks everybody for consent again",
            ));
        }
    }
    for (index, name) in names.iter().enumerate() {
        let at = format!("{AT}/{index}");
        if names[..index].contains(name) {
            let problem = format!("{name} stands twice");
            found.push(Finding::error(MANIFEST, &at, problem, "take one out"));
        }
        let needed = NEEDED.iter().any(|(needed, _)| needed == name);
        if needed && text(&asked[index], "/type") == Some("Delegated") {
            let problem = format!("{name} is asked for on behalf of people");
            let mend = "write Application; Beckon acts on its own account";
            found.push(Finding::error(MANIFEST, format!("{at}/type"), problem, mend));
        }
        if !needed && !KNOWN.contains(name) {
            let problem = format!("{name:?} is no permission on chats that Beckon knows");
            let mend = "mend its spelling, or take it out if Beckon alone needs it";
            found.push(Finding::warning(MANIFEST, format!("{at}/name"), problem, mend));
        }
    }
    if !asked.is_empty() {
        registration(manifest, found);
    }
}

/// Permissions are granted to `webApplicationInfo`, and used by the bot.
fn registration(manifest: &Value, found: &mut Vec<Finding>) {
    let mut error = |pointer: &str, problem: &str, mend: &str| {
        found.push(Finding::error(MANIFEST, pointer, problem, mend));
    };
    let (id, bot) = (text(manifest, "/webApplicationInfo/id"), text(manifest, "/bots/0/botId"));
    match (id, bot) {
        (None, _) => error(
            "/webApplicationInfo",
            "names no application, so nobody can be granted the permissions",
            "add it with the id of the bot's registration",
        ),
        (Some(id), Some(bot)) if !id.eq_ignore_ascii_case(bot) => error(
            "/webApplicationInfo/id",
            "is another application than the bot, which then has none of the permissions",
            "write the id that /bots/0/botId has",
        ),
        _ => {}
    }
    if id.is_some()
        && text(manifest, "/webApplicationInfo/resource").is_none_or(|text| text.trim().is_empty())
    {
        error(
            "/webApplicationInfo/resource",
            "is empty, and Teams then grants none of the permissions",
            "write api://HOST/botid-ID, or any text",
        );
    }
}
