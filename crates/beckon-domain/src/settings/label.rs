//! Words of an administrator, by language.

use std::collections::BTreeMap;

/// A word or two that an administrator chose for people to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label {
    /// The text where the reader's language has none of its own.
    pub plain: String,
    /// The text by language, as cards name them: `de`, `pt-BR`.
    pub by_language: BTreeMap<String, String>,
}

impl Label {
    /// The text for a reader of this language: its own, else that of the language it belongs to
    /// (`de` for `de-AT`), else the one for everybody.
    pub fn in_language(&self, language: &str) -> &str {
        let base = language.split('-').next().unwrap_or(language);
        let own = self.by_language.get(language).or_else(|| self.by_language.get(base));
        own.unwrap_or(&self.plain)
    }
}

impl From<&str> for Label {
    /// The same text in every language.
    fn from(plain: &str) -> Self {
        Self { plain: plain.to_owned(), by_language: BTreeMap::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_in_the_language_or_in_the_one_it_belongs_to() {
        let mut label = Label::from("Billing");
        label.by_language.insert("de".to_owned(), "Rechnung".to_owned());
        label.by_language.insert("pt-BR".to_owned(), "Cobrança".to_owned());
        for (language, text) in [
            ("de", "Rechnung"),
            ("de-AT", "Rechnung"),
            ("pt-BR", "Cobrança"),
            ("pt", "Billing"),
            ("en", "Billing"),
        ] {
            assert_eq!(label.in_language(language), text, "{language}");
        }
    }
}
