//! The texts that are chosen while a card is drawn: kinds of channels, reasons, outcomes, times.

use std::collections::HashMap;

use adaptive_card_template::{Context, Options, Template};
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::error::CardError;
use super::texts::Texts;

/// Texts under these keys are chosen by code; all others are named by templates.
const CHOSEN: [&str; 13] = [
    "channel.",
    "codes.placeholder",
    "codes.required",
    "control.",
    "ended_by.",
    "fact.tags",
    "format.",
    "gone.",
    "outcome.",
    "place.",
    "reminder.",
    "somebody",
    "wrap_up.",
];

/// Whether a text is chosen by code.
pub(super) fn is_chosen(key: &str) -> bool {
    CHOSEN.iter().any(|prefix| key.starts_with(prefix))
}

#[derive(Debug)]
enum Phrase {
    Plain(String),
    Bound(Box<Template>, String),
}

/// The phrases of one language, compiled.
#[derive(Debug)]
pub(super) struct Phrases {
    known: HashMap<String, Phrase>,
    time: String,
}

impl Phrases {
    pub(super) fn new(texts: &Texts) -> Result<Self, CardError> {
        let mut known = HashMap::new();
        for (key, _) in texts.keys().filter(|(key, _)| is_chosen(key)) {
            let (text, file) = texts.get(key).unwrap_or_default();
            let phrase = if text.contains("${") {
                let options = Options::default().with_strict(true);
                let template = Template::compile_with(&json!(text), &options)
                    .map_err(|error| CardError::invalid(file, pointer(key), error.to_string()))?;
                Phrase::Bound(Box::new(template), file.to_owned())
            } else {
                Phrase::Plain(text.to_owned())
            };
            known.insert(key.to_owned(), phrase);
        }
        let (time, file) = texts.get("format.time").unwrap_or_default();
        let noon = Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC);
        strtime::format(time, &noon).map_err(|error| {
            CardError::invalid(file, "/format/time", format!("is no format of a time: {error}"))
        })?;
        Ok(Self { known, time: time.to_owned() })
    }

    /// The phrase, with `data` bound. Empty for one that there is not: the loader saw to them all.
    pub(super) fn say(&self, key: &str, data: &Value) -> Result<String, CardError> {
        match self.known.get(key) {
            None => Ok(String::new()),
            Some(Phrase::Plain(text)) => Ok(text.clone()),
            Some(Phrase::Bound(template, file)) => {
                let failed = |problem| CardError::Expand { file: file.clone(), problem };
                match template.expand(&Context::new(data)) {
                    Ok(Value::String(text)) => Ok(text),
                    Ok(other) => Ok(other.to_string()),
                    Err(error) => Err(failed(format!("{key}: {error}"))),
                }
            }
        }
    }

    /// A phrase that binds nothing.
    pub(super) fn plain(&self, key: &str) -> String {
        match self.known.get(key) {
            Some(Phrase::Plain(text)) => text.clone(),
            _ => String::new(),
        }
    }

    /// An instant as a time of day.
    pub(super) fn time(&self, at: Timestamp, zone: &TimeZone) -> String {
        strtime::format(&self.time, &at.to_zoned(zone.clone())).unwrap_or_else(|_| at.to_string())
    }

    /// A span: seconds up to a minute, minutes with seconds up to an hour, then without.
    pub(super) fn span(&self, span: SignedDuration) -> Result<String, CardError> {
        let seconds = span.as_secs().max(0);
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        let key = match (hours, minutes) {
            (0, 0) => "format.seconds",
            (0, _) => "format.minutes",
            _ => "format.hours",
        };
        self.say(key, &json!({ "hours": hours, "minutes": minutes, "seconds": seconds % 60 }))
    }
}

fn pointer(key: &str) -> String {
    format!("/{}", key.replace('.', "/"))
}
