//! The agents' side: the Teams bot, its cards.

pub(crate) mod words;
