//! The words of cards in one language.
//!
//! A file holds an object, nested as its author likes; `{"action": {"accept": "Accept"}}` has the
//! text `action.accept`. Texts may hold bindings such as `${customer}`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::error::CardError;
use super::source::Sources;

/// The language whose texts say which texts there have to be.
pub(super) const REFERENCE: &str = "en";

#[derive(Debug)]
struct Entry {
    text: String,
    file: String,
}

/// Every text of one language.
#[derive(Debug)]
pub(super) struct Texts {
    file: String,
    entries: BTreeMap<String, Entry>,
}

impl Texts {
    /// Reads a language, what is built in first. A text that is missing is an error: half a
    /// language would show two on one card.
    pub(super) fn load(sources: &Sources, language: &str) -> Result<Self, CardError> {
        let texts = Self::read(sources, language)?;
        for key in Self::read(&Sources::default(), REFERENCE)?.entries.keys() {
            if !texts.entries.contains_key(key) {
                return Err(CardError::invalid(
                    &texts.file,
                    "",
                    format!("there is no text {key:?}; add it"),
                ));
            }
        }
        Ok(texts)
    }

    fn read(sources: &Sources, language: &str) -> Result<Self, CardError> {
        let name = format!("texts/{language}.json");
        let mut texts = Self { file: format!("cards/{name}"), entries: BTreeMap::new() };
        for found in sources.layers(&name)? {
            texts.take(&found.origin, "", "", &found.json)?;
            texts.file = found.origin;
        }
        Ok(texts)
    }

    fn take(
        &mut self,
        file: &str,
        key: &str,
        pointer: &str,
        value: &Value,
    ) -> Result<(), CardError> {
        match value {
            Value::Object(object) => {
                for (name, value) in object {
                    let key = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
                    self.take(file, &key, &format!("{pointer}/{name}"), value)?;
                }
                Ok(())
            }
            Value::String(text) => {
                let entry = Entry { text: text.clone(), file: file.to_owned() };
                self.entries.insert(key.to_owned(), entry);
                Ok(())
            }
            _ => Err(CardError::invalid(file, pointer, "must be a text, or an object of texts")),
        }
    }

    /// A text, and the file it is from.
    pub(super) fn get(&self, key: &str) -> Option<(&str, &str)> {
        self.entries.get(key).map(|entry| (entry.text.as_str(), entry.file.as_str()))
    }

    /// The file that a missing text belongs into.
    pub(super) fn file(&self) -> &str {
        &self.file
    }

    /// Every key with its file, in order.
    pub(super) fn keys(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(|(key, entry)| (key.as_str(), entry.file.as_str()))
    }
}
