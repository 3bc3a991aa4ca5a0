//! Tests of the rules, on rows kept in memory.

mod effects;
mod life;
mod moves;
mod outcomes;
mod parking;
mod people;
mod properties;
mod queueing;
mod rooms;
mod stored;
mod sweeping;
mod world;
