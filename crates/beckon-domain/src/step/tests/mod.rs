//! Tests of the rules, on rows kept in memory.

mod effects;
mod life;
mod properties;
mod queueing;
mod stored;
mod world;
