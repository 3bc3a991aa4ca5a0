//! Tests of the rules, on rows kept in memory.

pub(crate) mod any;
mod effects;
mod intake;
mod life;
mod moves;
pub(crate) mod outcomes;
mod parking;
mod people;
mod properties;
mod queueing;
mod reaching;
mod reports;
mod restored;
mod returning;
mod ringing;
mod rooms;
mod rules;
mod silence;
mod stored;
mod sweeping;
mod telling;
pub(crate) mod world;
mod wrapping;
