//! The agents' side: the Teams bot, its cards, and the sending of them.

pub mod bot;
pub mod cards;
mod chat;
pub mod development;
pub mod graph;
mod group_chat;
pub mod live;
mod people;
pub mod personal;
pub mod rooms;
pub mod sender;
pub(crate) mod words;
