//! Integration tests: the whole product over real HTTP, against a fake Teams. One binary, because
//! every further one would be linked for minutes.
//!
//! The modules are `cfg(test)` so that clippy sees their helpers as the test code they are.

#[cfg(test)]
mod access;
#[cfg(test)]
mod broadcast;
#[cfg(test)]
mod cards;
#[cfg(test)]
mod clicks;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod development;
#[cfg(test)]
mod graph;
#[cfg(test)]
mod input;
#[cfg(test)]
mod invitations;
#[cfg(test)]
mod manifest;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod outcomes;
#[cfg(test)]
mod rehearsal;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod rooms;
#[cfg(test)]
mod session;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod store;
#[cfg(test)]
mod sweep;
#[cfg(test)]
mod webhook;
#[cfg(test)]
mod wrap_up;
