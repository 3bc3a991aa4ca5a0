//! The translations.

use std::collections::HashSet;

use serde_json::Value;

use super::{json, list, schema, text, texts};
use crate::manifest::finding::escape;
use crate::manifest::{Finding, MANIFEST, Package};

/// Lengths that the schema of language files states beside a `$ref`, where draft-04 ignores them.
const LENGTHS: [(&str, usize); 4] =
    [("name.short", 30), ("name.full", 100), ("description.short", 80), ("description.full", 4000)];

/// Looks at the list of languages, and at each file.
pub(super) fn check(manifest: &Value, package: &Package, found: &mut Vec<Finding>) {
    tags(manifest, found);
    let mut seen = HashSet::new();
    for (pointer, file) in super::files::named(manifest) {
        if pointer.starts_with("/localizationInfo")
            && seen.insert(file)
            && let Some(bytes) = package.get(file)
            && let Some(texts) = json(file, bytes, found)
        {
            schema::language(file, &texts, found);
            texts::placeholders(file, &texts, found);
            lengths(file, &texts, found);
            targets(file, &texts, manifest, found);
        }
    }
}

fn tags(manifest: &Value, found: &mut Vec<Finding>) {
    let mut seen = HashSet::new();
    seen.extend(
        text(manifest, "/localizationInfo/defaultLanguageTag").map(str::to_ascii_lowercase),
    );
    for (index, language) in
        list(manifest, "/localizationInfo/additionalLanguages").iter().enumerate()
    {
        let Some(tag) = text(language, "/languageTag") else { continue };
        if !seen.insert(tag.to_ascii_lowercase()) {
            let pointer = format!("/localizationInfo/additionalLanguages/{index}/languageTag");
            let problem = format!("{tag:?} stands twice");
            found.push(Finding::error(MANIFEST, pointer, problem, "take one out"));
        }
    }
}

fn lengths(file: &str, value: &Value, found: &mut Vec<Finding>) {
    for (key, most) in LENGTHS {
        let long = value.get(key).and_then(Value::as_str).map_or(0, |text| text.chars().count());
        if long > most {
            let problem = format!("has {long} characters, {most} at most are allowed");
            found.push(Finding::error(file, format!("/{key}"), problem, "shorten it"));
        }
    }
}

/// Each key of a language file is a path to a text of the manifest, such as
/// `bots[0].commandLists[0].commands[2].title`.
fn targets(file: &str, value: &Value, manifest: &Value, found: &mut Vec<Finding>) {
    let Some(map) = value.as_object() else { return };
    for key in map.keys() {
        if matches!(key.as_str(), "$schema" | "localizationKeys") {
            continue;
        }
        let pointer =
            format!("/{}", key.replace("].", "/").replace(['.', '['], "/").replace(']', ""));
        if text(manifest, &pointer).is_none() {
            let problem = format!("translates {pointer} of the manifest, where no text is");
            let mend = "mend the key or take it out";
            found.push(Finding::error(file, format!("/{}", escape(key)), problem, mend));
        }
    }
}
