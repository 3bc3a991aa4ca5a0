//! Rooms as Teams chats, over real HTTP against a fake Teams: product R1–R8 and I6.

mod channels;
mod conversation;
pub(crate) mod crash;
mod ends;
mod gaps;
mod handing_over;
mod long;
mod nodes;
mod old_words;
mod opening;
mod people;
mod restored;
pub(crate) mod stage;
mod supervisors;
mod terminate;
mod ways;
