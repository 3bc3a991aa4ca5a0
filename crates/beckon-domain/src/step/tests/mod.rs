//! Tests of the rules, on rows kept in memory.

mod any;
mod effects;
mod life;
mod moves;
mod outcomes;
mod parking;
mod people;
mod properties;
mod queueing;
mod rooms;
mod rules;
mod stored;
mod sweeping;
mod world;
