//! The card of an invitation: level-triggered (rule 5 of ARCHITECTURE.md).
//!
//! The rules only say that the card is no longer what it should be, by raising `wanted`. The
//! dispatcher renders the state *as it is when it sends* and reports what it showed. While
//! `shown < wanted`, there is work to do; nothing is queued, so nothing can be overtaken.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The card's bookkeeping, part of its invitation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// The version that should be on display. Raised with every visible change.
    pub wanted: u32,
    /// The version that the platform last confirmed. Equal to `wanted`: nothing to do.
    pub shown: u32,
    /// Every copy that is known: usually one; two when the answer to a post was lost.
    pub copies: Vec<CardCopy>,
    /// Not sent before this instant: a second after an invoke answer (B6), or after a failure.
    pub not_before: Option<Timestamp>,
    /// Failures in a row; sets the pause before the next try.
    pub failures: u32,
    /// Whether the invitation is not posted (any more): its agent has it at the console alone, or
    /// its message is gone and nobody waits for what a new one would say. Copies that there are,
    /// such as a room's control card, are kept true all the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub muted: bool,
}

/// One message that holds the card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardCopy {
    /// The conversation it is in.
    pub conversation: String,
    /// The id of the message.
    pub activity: String,
    /// The version it shows.
    pub shown: u32,
    /// What it is drawn as.
    #[serde(default)]
    pub kind: CopyKind,
}

/// What a copy of a card is drawn as.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CopyKind {
    /// The invitation, in the agent's own chat with the bot.
    #[default]
    Invitation,
    /// The control card, the first post of a room (R7).
    Control,
}

impl Card {
    /// Forgets a copy whose message is gone.
    pub fn forget(&mut self, activity: &str) {
        self.copies.retain(|copy| copy.activity != activity);
        self.shown = self.oldest_shown();
    }

    /// Posts nothing from here on.
    pub(crate) fn mute(&mut self) {
        self.muted = true;
        self.shown = self.oldest_shown();
    }

    /// The version of the copy that is furthest behind; 0 while the invitation itself is to be
    /// posted.
    fn oldest_shown(&self) -> u32 {
        if self.wants_post() {
            return 0;
        }
        let nothing = if self.muted { self.wanted } else { 0 };
        self.copies.iter().map(|copy| copy.shown).min().unwrap_or(nothing)
    }

    /// Whether the invitation itself has to be posted.
    pub fn wants_post(&self) -> bool {
        !self.muted && !self.is_posted()
    }

    /// Where nothing is posted and nothing is to be, there is nothing to bring up to date.
    pub(crate) fn settle(&mut self) {
        if self.muted && self.copies.is_empty() {
            self.shown = self.wanted;
        }
    }

    /// Holds the card back until `at`, or longer where that was asked for already.
    pub fn hold_until(&mut self, at: Timestamp) {
        self.not_before = Some(self.not_before.map_or(at, |known| known.max(at)));
    }

    /// Whether the invitation itself was posted, beside a control card or without one.
    pub fn is_posted(&self) -> bool {
        self.copies.iter().any(|copy| copy.kind == CopyKind::Invitation)
    }

    /// Whether something has to be sent.
    pub fn is_dirty(&self) -> bool {
        self.shown < self.wanted
    }

    /// Takes in a copy that was clicked and is not known: the answer to its post was lost. From
    /// here on it is kept true like the others.
    pub fn adopt(&mut self, copy: &CardCopy) {
        if !self.copies.iter().any(|known| known.activity == copy.activity) {
            // A version from the future is nobody's: it must not keep the copy from being repainted.
            let shown = copy.shown.min(self.wanted.saturating_sub(1));
            self.copies.push(CardCopy { shown, ..copy.clone() });
            self.shown = self.shown.min(shown);
        }
    }

    /// Notes that a copy now shows `version`. Late news never turns the clock back.
    pub fn note_shown(&mut self, copy: CardCopy) {
        let version = copy.shown;
        match self.copies.iter_mut().find(|known| known.activity == copy.activity) {
            Some(known) => known.shown = known.shown.max(version),
            None => self.copies.push(copy),
        }
        self.shown = self.oldest_shown();
        self.failures = 0;
        if !self.is_dirty() {
            self.not_before = None;
        }
    }
}
