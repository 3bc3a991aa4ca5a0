//! Whose mention is the bot's own.

use crate::text::one_line;

/// How to tell the bot's own mention from those of people. The caller knows it from the
/// `mentioned.id` of the activity's entities or of the Graph message's `mentions`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentions {
    names: Vec<String>,
    ids: Vec<String>,
}

impl Mentions {
    /// No mention is the bot's.
    pub fn none() -> Self {
        Self::default()
    }

    /// A mention of this name is the bot's: the `text` of its entity in an activity, with or
    /// without its `<at>` tags, which carry no usable id there.
    #[must_use]
    pub fn own_name(mut self, name: &str) -> Self {
        let name = name.trim();
        let bare = name.strip_prefix("<at>").and_then(|name| name.strip_suffix("</at>"));
        self.names.push(one_line(bare.unwrap_or(name)));
        self
    }

    /// The mention with this `id` is the bot's (Graph: `<at id="0">` and `mentions[].id`). Once an
    /// id is known, elements with an id are told by it alone, so that a person of the bot's name
    /// stays.
    #[must_use]
    pub fn own_id(mut self, id: &str) -> Self {
        self.ids.push(id.trim().to_owned());
        self
    }

    pub(in crate::text) fn is_own(&self, id: Option<&str>, name: &str) -> bool {
        match id.filter(|_| !self.ids.is_empty()) {
            Some(id) => self.ids.iter().any(|own| own == id.trim()),
            None => self.names.contains(&one_line(name)),
        }
    }
}
