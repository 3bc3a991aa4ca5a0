//! `[tenant.service.wrap_up]`: what agents may and have to do after a conversation.

use std::collections::{BTreeMap, HashSet};

use beckon_domain::settings::Label;
use beckon_domain::text::one_line;
use beckon_domain::wrap_up::{Code, CodeList, WrapUp};
use jiff::SignedDuration;
use serde::Deserialize;

use super::ConfigError;

/// The most codes of a list; clients show them in one drop-down.
const MAX_CODES: usize = 100;
/// How often after-call work may be extended.
const MAX_EXTENSIONS: u32 = 10;

/// The section `[tenant.service.wrap_up]`. How long after-call work takes is said by
/// `wrap_up_seconds` of the service.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WrapUpEntry {
    /// Whether agents may end their after-call work before its time. Default true.
    pub early_end: bool,
    /// How often they may let its time begin anew, 0–10. Default 0.
    pub extensions: u32,
    /// Whether they may add tags. Default false.
    pub tags: bool,
    /// The first list of codes.
    pub codes: Option<CodeListEntry>,
    /// The second list of codes.
    pub codes2: Option<CodeListEntry>,
}

impl Default for WrapUpEntry {
    fn default() -> Self {
        let WrapUp { early_end, extensions, tags, .. } = WrapUp::default();
        Self { early_end, extensions, tags, codes: None, codes2: None }
    }
}

/// A list of codes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeListEntry {
    /// What stands over it.
    pub name: String,
    /// The same in other languages.
    #[serde(default)]
    pub names: BTreeMap<String, String>,
    /// Whether one has to be chosen; it holds the after-call work open, for 15 minutes at most.
    #[serde(default)]
    pub required: bool,
    /// What can be chosen, 1–100. Both lists have to fit on one card, with all else that can stand
    /// there: that is measured when cards are loaded.
    pub list: Vec<CodeEntry>,
}

/// A code.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeEntry {
    /// Its id, in reports: 1–64 letters, digits, dashes or underscores.
    pub id: String,
    /// What people see.
    pub label: String,
    /// The same in other languages.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
}

impl WrapUpEntry {
    /// The section as the rules see it; `seconds`: how long after-call work takes, 0: off.
    pub(super) fn settings(&self, seconds: u32) -> WrapUp {
        let list = |entry: &Option<CodeListEntry>| entry.as_ref().map(CodeListEntry::settings);
        WrapUp {
            length: (seconds > 0).then(|| SignedDuration::from_secs(seconds.into())),
            early_end: self.early_end,
            extensions: self.extensions,
            codes: list(&self.codes),
            codes2: list(&self.codes2),
            tags: self.tags,
        }
    }

    /// Checks ranges, and what would have no effect.
    pub(super) fn check(&self, at: &str, seconds: u32) -> Result<(), ConfigError> {
        if self.extensions > MAX_EXTENSIONS {
            let problem = format!("must be 0 to {MAX_EXTENSIONS}");
            return Err(ConfigError::invalid(format!("{at}: extensions"), problem));
        }
        for (name, list) in [("codes", &self.codes), ("codes2", &self.codes2)] {
            let Some(list) = list else { continue };
            let at = format!("{at}.{name}");
            list.check(&at)?;
            if list.required && seconds == 0 {
                return Err(ConfigError::invalid(
                    format!("{at}: required"),
                    "has no effect while wrap_up_seconds is 0: there is no after-call work to \
                     hold open; say there how long it takes",
                ));
            }
        }
        Ok(())
    }
}

impl CodeListEntry {
    fn settings(&self) -> CodeList {
        let code = |entry: &CodeEntry| Code {
            id: entry.id.clone(),
            label: label(&entry.label, &entry.labels),
        };
        CodeList {
            name: label(&self.name, &self.names),
            codes: self.list.iter().map(code).collect(),
            required: self.required,
        }
    }

    fn check(&self, at: &str) -> Result<(), ConfigError> {
        if !(1..=MAX_CODES).contains(&self.list.len()) {
            let problem = format!("must have 1 to {MAX_CODES} codes");
            return Err(ConfigError::invalid(format!("{at}: list"), problem));
        }
        named(&format!("{at}: name"), &self.name, &self.names)?;
        let mut seen = HashSet::new();
        for code in &self.list {
            super::tenant::slug(at, &code.id)?;
            named(&format!("{at}, {}: label", code.id), &code.label, &code.labels)?;
            if !seen.insert(&code.id) {
                let problem = format!("{:?} stands twice; every one must be different", code.id);
                return Err(ConfigError::invalid(format!("{at}: id"), problem));
            }
        }
        Ok(())
    }
}

fn label(text: &str, languages: &BTreeMap<String, String>) -> Label {
    Label { plain: text.to_owned(), by_language: languages.clone() }
}

fn named(key: &str, text: &str, languages: &BTreeMap<String, String>) -> Result<(), ConfigError> {
    if languages.values().map(String::as_str).chain([text]).any(|text| one_line(text).is_empty()) {
        return Err(ConfigError::invalid(key, "is empty; agents see it"));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
