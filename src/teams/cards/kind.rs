//! The cards there are: one template each.

use beckon_domain::face::Face;

/// A card, by what it is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// An invitation, in one of its states.
    Face(Face),
    /// The first post in a room: who has the conversation, and what can be done with it (R7).
    Control,
    /// What somebody sees whom the invitation is not for.
    Foreign,
    /// What somebody sees who installs the bot and is no agent (B2).
    Explain,
}

impl Kind {
    /// How many there are.
    pub const COUNT: usize = Face::ALL.len() + 3;

    /// Every card, those of an invitation first, in the order of its life.
    pub fn all() -> impl Iterator<Item = Self> {
        Face::ALL.into_iter().map(Self::Face).chain([Self::Control, Self::Foreign, Self::Explain])
    }

    /// The name of the template file, without its ending.
    pub fn name(self) -> &'static str {
        match self {
            Self::Face(face) => face.name(),
            Self::Control => "control",
            Self::Foreign => "foreign",
            Self::Explain => "explain",
        }
    }

    /// The template file.
    pub fn file(self) -> String {
        format!("{}.json", self.name())
    }

    /// The card of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|kind| kind.name() == name)
    }
}
