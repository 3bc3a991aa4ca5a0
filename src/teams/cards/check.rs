//! Whether cards are fit to be sent: the schema of Adaptive Cards 1.5, and rules of our own where
//! the schema is silent (Teams refuses or hides such cards without a word).

mod rules;
mod schema;

pub(super) use self::rules::{MAX_BYTES, bytes};

use jiff::tz::TimeZone;
use serde_json::Value;

use super::error::CardError;
use super::kind::Kind;
use super::samples::{Sample, samples};
use super::set::{Language, Set};
use super::{Cards, Drawn};

/// What was looked at.
#[derive(Debug, Default)]
pub struct Checked {
    /// How many cards: states, samples and languages.
    pub cards: usize,
    /// What is wrong with them.
    pub findings: Vec<Finding>,
}

impl Checked {
    /// How many cards have something wrong.
    pub fn wrong(&self) -> usize {
        let cards = self.findings.iter().map(|finding| (&finding.file, &finding.seen));
        cards.collect::<std::collections::HashSet<_>>().len()
    }
}

/// Something that is wrong with a card as it is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The template's file.
    pub file: String,
    /// Which sample it is seen with, and in which language.
    pub seen: String,
    /// JSON pointer of the place in the drawn card.
    pub pointer: String,
    /// What is wrong.
    pub problem: String,
}

impl Finding {
    pub(super) fn into_error(self) -> CardError {
        let Self { file, seen, pointer, problem } = self;
        CardError::invalid(file, pointer, format!("{problem} (drawn from the sample {seen})"))
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at {}: {} (sample {})", self.file, self.pointer, self.problem, self.seen)
    }
}

impl Cards {
    /// Draws every sample in every language and looks for faults.
    ///
    /// # Errors
    /// [`CardError`] for a card that cannot be drawn at all.
    pub fn check(&self) -> Result<Checked, CardError> {
        check(self.looks.built_in())
    }

    /// Draws a sample in a language.
    ///
    /// # Errors
    /// [`CardError`] for a card that cannot be drawn.
    pub fn draw_sample(&self, sample: &Sample, language: &str) -> Result<Drawn, CardError> {
        draw(self.looks.built_in().language([language])?, sample)
    }

    /// Expands a template with bindings from elsewhere, as `beckon card expand --data` does.
    ///
    /// # Errors
    /// [`CardError`] where the bindings do not fit.
    pub fn expand(&self, kind: Kind, language: &str, data: &Value) -> Result<Value, CardError> {
        self.looks.built_in().language([language])?.expand(kind, data)
    }

    /// Every language, and the file of a card in it.
    pub fn languages(&self, kind: Kind) -> impl Iterator<Item = (&str, &str)> {
        let languages = self.looks.built_in().languages();
        languages.map(move |language| (language.name.as_str(), language.origin(kind)))
    }
}

/// Draws every sample of every card in every language and looks for faults.
pub(super) fn check(set: &Set) -> Result<Checked, CardError> {
    let mut checked = Checked::default();
    for language in set.languages() {
        for sample in samples() {
            let file = language.origin(sample.kind()).to_owned();
            let seen = format!("{}, {}", sample.name(), language.name);
            let Drawn { card, summary } = draw(language, &sample)?;
            checked.cards += 1;
            for (pointer, problem) in faults(card, &summary)? {
                let (file, seen) = (file.clone(), seen.clone());
                checked.findings.push(Finding { file, seen, pointer, problem });
            }
        }
    }
    Ok(checked)
}

fn draw(language: &Language, sample: &Sample) -> Result<Drawn, CardError> {
    sample.draw(language, &TimeZone::UTC)
}

/// Places in a drawn card with what is wrong there.
pub(super) fn faults(mut card: Value, summary: &str) -> Result<Vec<(String, String)>, CardError> {
    let mut found = rules::broken(&card, summary);
    // Teams' own part of a card is none of the schema's, which is closed.
    if let Value::Object(card) = &mut card {
        card.shift_remove("msteams");
    }
    found.extend(schema::broken(&card)?);
    Ok(found)
}
