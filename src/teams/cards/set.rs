//! Templates and texts, compiled: for one stack of folders, in every language.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use adaptive_card_template::{Context, Options, Template};
use serde::Serialize;
use serde_json::Value;

use super::error::CardError;
use super::include::{Resolved, Resolver};
use super::kind::Kind;
use super::phrases::{Phrases, is_chosen};
use super::source::Sources;
use super::texts::{REFERENCE, Texts};

/// The cards of one stack of folders.
#[derive(Debug)]
pub(super) struct Set {
    languages: BTreeMap<String, Language>,
}

/// Its cards in one language.
#[derive(Debug)]
pub(super) struct Language {
    pub(super) name: String,
    pub(super) phrases: Phrases,
    cards: Vec<(Kind, Template, Resolved)>,
}

impl Set {
    pub(super) fn load(sources: &Sources) -> Result<Self, CardError> {
        let names = sources.languages()?;
        let languages = names
            .into_iter()
            .map(|name| Ok((name.clone(), Language::load(sources, name)?)))
            .collect::<Result<_, CardError>>()?;
        Ok(Self { languages })
    }

    /// The first wanted language that there is: `de-CH`, else `de`. English when none is.
    pub(super) fn language<'a>(
        &self,
        wanted: impl IntoIterator<Item = &'a str>,
    ) -> Result<&Language, CardError> {
        wanted
            .into_iter()
            .find_map(|name| self.speaks(name))
            .or_else(|| self.languages.get(REFERENCE))
            .ok_or_else(|| CardError::invalid("cards/texts/en.json", "", "is missing"))
    }

    /// The language of that name, or the one that it is a variety of.
    pub(super) fn speaks(&self, name: &str) -> Option<&Language> {
        let plain = name.split(['-', '_']).next().unwrap_or(name).to_ascii_lowercase();
        self.languages.get(name).or_else(|| self.languages.get(&plain))
    }

    pub(super) fn languages(&self) -> impl Iterator<Item = &Language> {
        self.languages.values()
    }
}

impl Language {
    fn load(sources: &Sources, name: String) -> Result<Self, CardError> {
        let texts = Texts::load(sources, &name)?;
        let mut include = Resolver::new(sources, &texts);
        let mut cards = Vec::with_capacity(Kind::COUNT);
        for kind in Kind::all() {
            let resolved = include.resolve(&kind.file())?;
            let options = Options::default().with_strict(true);
            let template = Template::compile_with(&resolved.json, &options)
                .map_err(|error| fault(&resolved, &name, &error.pointer, &error.expected))?;
            cards.push((kind, template, resolved));
        }
        nothing_unused(&texts, &include.used)?;
        Ok(Self { phrases: Phrases::new(&texts)?, name, cards })
    }

    /// Binds data to a card. It is expanded strictly: a binding that leads to nothing is an error,
    /// so no `${…}` is ever left on a card.
    pub(super) fn expand(&self, kind: Kind, bindings: &impl Serialize) -> Result<Value, CardError> {
        let Some((_, template, resolved)) = self.cards.iter().find(|(known, ..)| *known == kind)
        else {
            return Err(CardError::invalid(kind.file(), "", "is not loaded"));
        };
        let data = serde_json::to_value(bindings)
            .map_err(|error| CardError::Expand { file: kind.file(), problem: error.to_string() })?;
        template.expand(&Context::new(&data)).map_err(|error| {
            let expected = match error.expected.strip_prefix("data at ") {
                Some(missing) => format!("{}{}", error.expected, hint(missing, &data)),
                None => error.expected,
            };
            fault(resolved, &self.name, &error.pointer, &expected)
        })
    }

    /// The file that a card is from.
    pub(super) fn origin(&self, kind: Kind) -> &str {
        let card = self.cards.iter().find(|(known, ..)| *known == kind);
        card.map_or("", |(_, _, resolved)| resolved.locate("").0)
    }
}

/// A mistake in a template. What stands at its place is shown, and for which card: a part of a card
/// may have it from whatever includes it, or from the texts.
fn fault(resolved: &Resolved, language: &str, pointer: &str, expected: &str) -> CardError {
    let (file, place) = resolved.locate(pointer);
    let (card, _) = resolved.locate("");
    let mut problem = format!("expected {expected}");
    if let Some(text) = resolved.json.pointer(pointer).and_then(Value::as_str) {
        // A string takes everything.
        let _infallible = write!(problem, ", in {text:?}, which {card} shows in {language}");
    }
    CardError::invalid(file, place, problem)
}

/// What may have been meant by something that the data has not.
fn hint(missing: &str, data: &Value) -> String {
    let close = |name: &&String| strsim::jaro_winkler(name, missing) > 0.8;
    let known = data.as_object().into_iter().flat_map(|data| data.keys());
    let nearest = known.filter(close).max_by(|a, b| {
        strsim::jaro_winkler(a, missing).total_cmp(&strsim::jaro_winkler(b, missing))
    });
    nearest.map_or(String::new(), |name| format!(" (did you mean {name:?}?)"))
}

/// A text that nothing shows is misspelt, or meant for a card that is no more.
fn nothing_unused(texts: &Texts, used: &BTreeSet<String>) -> Result<(), CardError> {
    // What is built in may be unused where an administrator's template leaves it away.
    let idle = texts.keys().find(|(key, file)| {
        !file.starts_with("cards/texts/") && !is_chosen(key) && !used.contains(*key)
    });
    let Some((key, file)) = idle else { return Ok(()) };
    let nearest = used
        .iter()
        .max_by(|a, b| strsim::jaro_winkler(a, key).total_cmp(&strsim::jaro_winkler(b, key)));
    let hint = nearest.map_or(String::new(), |near| format!("; did you mean {near:?}?"));
    Err(CardError::invalid(
        file,
        format!("/{}", key.replace('.', "/")),
        format!("no card shows this text{hint}"),
    ))
}
