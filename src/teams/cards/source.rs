//! Where templates and texts come from: folders of an administrator before what is built in.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::error::CardError;
use super::kind::Kind;

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        /// What ships inside the binary, by its name under `cards/`.
        const BUILT_IN: &[(&str, &str)] = &[
            $(($name, include_str!(concat!("../../../cards/", $name))),)*
        ];
    };
}

built_in![
    "invitation.json",
    "returning.json",
    "accepted.json",
    "parked.json",
    "declined.json",
    "missed.json",
    "cancelled.json",
    "moved.json",
    "terminated.json",
    "result.json",
    "control.json",
    "foreign.json",
    "explain.json",
    "partials/action.json",
    "partials/codes.json",
    "partials/facts.json",
    "partials/flagged.json",
    "partials/header.json",
    "partials/open.json",
    "partials/parameters.json",
    "partials/reminder.json",
    "partials/talk-facts.json",
    "texts/de.json",
    "texts/en.json",
];

/// A file that was found.
#[derive(Debug)]
pub(super) struct Found {
    /// Where: a path, or `cards/NAME` for what is built in.
    pub(super) origin: String,
    pub(super) json: Value,
}

/// Folders, the most specific first; behind them stands what is built in.
#[derive(Clone, Debug, Default)]
pub(super) struct Sources {
    folders: Vec<PathBuf>,
}

impl Sources {
    /// Looks through the folders. Every JSON file in them must be one that is used: a misspelt name
    /// would otherwise be passed over in silence.
    pub(super) fn new(folders: Vec<PathBuf>) -> Result<Self, CardError> {
        for folder in &folders {
            for name in json_files(folder)? {
                if Kind::from_name(&name).is_none() {
                    let known: Vec<_> = Kind::all().map(Kind::name).collect();
                    return Err(CardError::invalid(
                        folder.join(format!("{name}.json")).display().to_string(),
                        "",
                        format!("there is no card of this name; there are {}", known.join(", ")),
                    ));
                }
            }
        }
        Ok(Self { folders })
    }

    /// The most specific file of that name, e.g. `partials/header.json`.
    pub(super) fn find(&self, name: &str) -> Result<Option<Found>, CardError> {
        for folder in &self.folders {
            if let Some(found) = read(&folder.join(name))? {
                return Ok(Some(found));
            }
        }
        built_in(name)
    }

    /// Every file of that name, what is built in first, the most specific last.
    pub(super) fn layers(&self, name: &str) -> Result<Vec<Found>, CardError> {
        let mut found: Vec<Found> = built_in(name)?.into_iter().collect();
        for folder in self.folders.iter().rev() {
            found.extend(read(&folder.join(name))?);
        }
        Ok(found)
    }

    /// The languages that there are texts in.
    pub(super) fn languages(&self) -> Result<BTreeSet<String>, CardError> {
        let mut languages: BTreeSet<String> = BUILT_IN
            .iter()
            .filter_map(|(name, _)| name.strip_prefix("texts/")?.strip_suffix(".json"))
            .map(str::to_owned)
            .collect();
        for folder in &self.folders {
            let texts = folder.join("texts");
            if texts.is_dir() {
                languages.extend(json_files(&texts)?);
            }
        }
        Ok(languages)
    }
}

/// The names of the JSON files in a folder, without their ending.
fn json_files(folder: &Path) -> Result<Vec<String>, CardError> {
    let refused = |source| CardError::Read { file: folder.display().to_string(), source };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(refused)? {
        let path = entry.map_err(refused)?.path();
        if path.extension().is_some_and(|ending| ending == "json") {
            names.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    names.sort();
    Ok(names)
}

fn read(path: &Path) -> Result<Option<Found>, CardError> {
    let origin = path.display().to_string();
    match std::fs::read_to_string(path) {
        Ok(text) => parse(origin, &text).map(Some),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(CardError::Read { file: origin, source }),
    }
}

fn built_in(name: &str) -> Result<Option<Found>, CardError> {
    let known = BUILT_IN.iter().find(|(known, _)| *known == name);
    known.map(|(_, text)| parse(format!("cards/{name}"), text)).transpose()
}

fn parse(origin: String, text: &str) -> Result<Found, CardError> {
    match serde_json::from_str(text) {
        Ok(json) => Ok(Found { origin, json }),
        Err(error) => Err(CardError::invalid(origin, "", format!("is not JSON: {error}"))),
    }
}
