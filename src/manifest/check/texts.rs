//! Names, descriptions, ids and links.

use serde_json::Value;
use url::Url;
use uuid::Uuid;

use super::text;
use crate::manifest::details::is_local;
use crate::manifest::finding::escape;
use crate::manifest::{AppVersion, Finding, MANIFEST};

/// Looks for what the schema lets pass in texts.
pub(super) fn check(manifest: &Value, found: &mut Vec<Finding>) {
    placeholders(MANIFEST, manifest, found);
    let mut error = |pointer: &str, problem: String, mend: &str| {
        found.push(Finding::error(MANIFEST, pointer, problem, mend));
    };
    // The schema states the number in a way (`const`) that its own dialect, draft-04, ignores.
    if let Some(number) = text(manifest, "/manifestVersion")
        && number != "1.30"
    {
        let problem = format!("is {number:?}, and Beckon knows the rules of 1.30 only");
        error("/manifestVersion", problem, "write 1.30, and its address in $schema");
    }
    if let Some(version) = text(manifest, "/version")
        && let Err(bad) = version.parse::<AppVersion>()
    {
        error("/version", bad.to_string(), "the catalog compares it with the last one");
    }
    for pointer in ["/id", "/bots/0/botId", "/webApplicationInfo/id"] {
        if text(manifest, pointer)
            .and_then(|id| Uuid::parse_str(id).ok())
            .is_some_and(|id| id.is_nil())
        {
            error(pointer, "is all zeros".to_owned(), "put the id of the registration there");
        }
    }
    for pointer in
        ["/name/short", "/name/full", "/description/short", "/description/full", "/developer/name"]
    {
        if text(manifest, pointer).is_some_and(|text| text.trim().is_empty()) {
            error(pointer, "is blank".to_owned(), "write what people shall read");
        }
    }
    for (short, full) in
        [("/name/short", "/name/full"), ("/description/short", "/description/full")]
    {
        if let (Some(one), Some(other)) = (text(manifest, short), text(manifest, full))
            && one == other
        {
            error(full, format!("is the same as {short}"), "say more in the long one");
        }
    }
    for pointer in ["/developer/websiteUrl", "/developer/privacyUrl", "/developer/termsOfUseUrl"] {
        let Some(link) = text(manifest, pointer) else { continue };
        match Url::parse(link) {
            Err(fault) => error(pointer, format!("is no link: {fault}"), "write the whole address"),
            Ok(url) if url.scheme() != "https" => {
                error(pointer, format!("begins with {}:", url.scheme()), "give it over https");
            }
            Ok(url) if url.host().is_none_or(|host| is_local(&host)) => {
                let problem = "leads to the reader's own machine".to_owned();
                error(pointer, problem, "give an address that everybody reaches");
            }
            Ok(_) => {}
        }
    }
}

/// Finds the placeholders of templates (`${…}`) and of other tools (`{{…}}`) that nobody filled in.
pub(super) fn placeholders(file: &str, value: &Value, found: &mut Vec<Finding>) {
    let mut left = vec![(String::new(), value)];
    while let Some((at, value)) = left.pop() {
        match value {
            Value::String(text) if text.contains("${") || text.contains("{{") => {
                let problem = format!("{text:?} holds a placeholder that was not filled in");
                let mend = "make the package with `beckon manifest build`";
                found.push(Finding::error(file, at, problem, mend));
            }
            Value::Array(items) => {
                left.extend(items.iter().enumerate().map(|(i, item)| (format!("{at}/{i}"), item)));
            }
            Value::Object(map) => {
                left.extend(map.iter().map(|(key, item)| (format!("{at}/{}", escape(key)), item)));
            }
            _ => {}
        }
    }
}
