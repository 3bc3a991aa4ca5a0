//! What a service shows about a session on its cards (B5).

use std::collections::BTreeMap;

/// What cards may tell beside service, customer, channel and waiting time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardRules {
    /// The parameters flagged "show on card", in the order in which they are shown. At most 20.
    pub parameters: Vec<CardParameter>,
    /// Whether the invitation shows the beginning of what the customer wrote first. Default no: it
    /// stays hidden until the accept.
    pub preview: bool,
}

/// A parameter that cards show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardParameter {
    /// Its name, as channels and workflows set it. 1–64 characters.
    pub name: String,
    /// What people see before its value.
    pub label: Label,
}

/// A word or two that an administrator chose for people to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label {
    /// The text where the reader's language has none of its own.
    pub plain: String,
    /// The text by language, e.g. `de`.
    pub by_language: BTreeMap<String, String>,
}

impl Label {
    /// The text for a reader of this language.
    pub fn in_language(&self, language: &str) -> &str {
        self.by_language.get(language).unwrap_or(&self.plain)
    }
}

impl From<&str> for Label {
    /// The same text in every language.
    fn from(plain: &str) -> Self {
        Self { plain: plain.to_owned(), by_language: BTreeMap::new() }
    }
}
