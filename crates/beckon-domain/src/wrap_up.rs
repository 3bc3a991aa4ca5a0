//! What comes after a conversation (P4): how long the after-call work takes, and what an agent says
//! about the conversation by codes and tags.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::settings::Label;
use crate::text::one_line;

/// The most tags that a conversation can have.
pub const MAX_TAGS: usize = 20;
/// The longest tag, in characters.
pub const MAX_TAG_CHARS: usize = 64;
/// The most tags that are looked at, blank ones and repetitions included: who sends more is refused
/// before any are compared, which happens inside a transaction.
pub const MAX_GIVEN: usize = 2 * MAX_TAGS;
/// How long after the end codes that have to be chosen hold the after-call work open.
pub const HOLD: SignedDuration = SignedDuration::from_mins(15);
/// How long after the end codes and tags can still be set.
pub const LATE: SignedDuration = SignedDuration::from_hours(24);

/// How a service wraps up.
#[derive(Clone, Debug, PartialEq)]
pub struct WrapUp {
    /// How long an agent stays blocked after a conversation, for the tasks of all services. `None`,
    /// the default: not at all. 5 s – 15 min.
    pub length: Option<SignedDuration>,
    /// Whether the agent may end it before its time. Default yes.
    pub early_end: bool,
    /// How often the agent may let the time begin anew. 0–10, default 0.
    pub extensions: u32,
    /// The first list to choose from.
    pub codes: Option<CodeList>,
    /// The second one.
    pub codes2: Option<CodeList>,
    /// Whether the agent may add tags of their own. Default no.
    pub tags: bool,
}

impl Default for WrapUp {
    fn default() -> Self {
        Self {
            length: None,
            early_end: true,
            extensions: 0,
            codes: None,
            codes2: None,
            tags: false,
        }
    }
}

/// A list of codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeList {
    /// What people see over it.
    pub name: Label,
    /// What can be chosen; at least one.
    pub codes: Vec<Code>,
    /// Whether one has to be chosen: it holds the after-call work open, for [`HOLD`] at most.
    pub required: bool,
}

/// Something that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// Its id, in reports.
    pub id: String,
    /// What people see.
    pub label: Label,
}

/// What was said about a conversation: at most one code of each list, and tags.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Codes {
    /// The id of the code from the first list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codes: Option<String>,
    /// The id of the code from the second list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codes2: Option<String>,
    /// Tags: one line each, without commas, all different; at most [`MAX_TAGS`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

impl Codes {
    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The same, with `before` where nothing is said here.
    #[must_use]
    pub fn or(self, before: &Self) -> Self {
        Self {
            codes: self.codes.or_else(|| before.codes.clone()),
            codes2: self.codes2.or_else(|| before.codes2.clone()),
            tags: if self.tags.is_empty() { before.tags.clone() } else { self.tags },
        }
    }
}

/// Codes or tags that a service does not take.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BadCodes {
    /// The list has no such code.
    #[error("there is no code {id:?} in {list}")]
    Unknown {
        /// Which list: `codes` or `codes2`.
        list: &'static str,
        /// What was given.
        id: String,
    },
    /// The service wants no tags.
    #[error("this service has no tags")]
    NoTags,
    /// There are too many.
    #[error("there are {0} tags, the limit is {MAX_TAGS}")]
    TooManyTags(usize),
    /// One is too long.
    #[error("a tag has {0} characters, the limit is {MAX_TAG_CHARS}")]
    TagTooLong(usize),
    /// A comma would make two of it, in a list of tags.
    #[error("the tag {0:?} has a comma")]
    Comma(String),
}

impl WrapUp {
    /// Whether there is anything to say about a conversation.
    pub fn asks(&self) -> bool {
        self.tags || self.lists().next().is_some()
    }

    fn lists(&self) -> impl Iterator<Item = &CodeList> {
        [&self.codes, &self.codes2].into_iter().flatten()
    }

    /// Whether something has to be chosen.
    pub fn demands(&self) -> bool {
        self.lists().any(|list| list.required)
    }

    /// Whether something that has to be chosen was not.
    pub fn misses(&self, said: &Codes) -> bool {
        let misses = |list: &Option<CodeList>, chosen: &Option<String>| {
            list.as_ref().is_some_and(|list| list.required) && chosen.is_none()
        };
        misses(&self.codes, &said.codes) || misses(&self.codes2, &said.codes2)
    }

    /// What is kept of what was said: codes that there are, and tags as one harmless line each,
    /// every one once, whatever its case.
    ///
    /// # Errors
    /// [`BadCodes`] for what the service does not take.
    pub fn take(&self, said: Codes) -> Result<Codes, BadCodes> {
        let known = |name, list: &Option<CodeList>, chosen: Option<String>| {
            let Some(id) = chosen else { return Ok(None) };
            let found = list.as_ref().is_some_and(|list| list.codes.iter().any(|it| it.id == id));
            if found { Ok(Some(id)) } else { Err(BadCodes::Unknown { list: name, id }) }
        };
        Ok(Codes {
            codes: known("codes", &self.codes, said.codes)?,
            codes2: known("codes2", &self.codes2, said.codes2)?,
            tags: self.take_tags(&said.tags)?,
        })
    }

    fn take_tags(&self, given: &[String]) -> Result<Vec<String>, BadCodes> {
        if given.len() > MAX_GIVEN {
            return Err(BadCodes::TooManyTags(given.len()));
        }
        let mut tags: Vec<String> = Vec::new();
        for tag in given.iter().map(|tag| one_line(tag)).filter(|tag| !tag.is_empty()) {
            let chars = tag.chars().count();
            if chars > MAX_TAG_CHARS {
                return Err(BadCodes::TagTooLong(chars));
            }
            if tag.contains(',') {
                return Err(BadCodes::Comma(tag));
            }
            if tags.iter().all(|known| known.to_lowercase() != tag.to_lowercase()) {
                tags.push(tag);
            }
        }
        match tags.len() {
            0 => Ok(tags),
            _ if !self.tags => Err(BadCodes::NoTags),
            many if many > MAX_TAGS => Err(BadCodes::TooManyTags(many)),
            _ => Ok(tags),
        }
    }
}

/// Who did what is kept on record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "as", rename_all = "snake_case")]
pub enum Actor {
    /// An agent, about their own work.
    Agent {
        /// Who.
        agent: crate::ids::AgentId,
    },
    /// Somebody with a key of the API.
    Key {
        /// The key's name.
        name: String,
    },
}

/// Who did something to other people's work, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audit {
    /// Who.
    pub by: Actor,
    /// Why, in their words: 1–500 characters.
    pub reason: String,
}

#[cfg(test)]
mod tests;
