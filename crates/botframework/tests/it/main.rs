//! Integration tests of the crate: real HTTP on the loopback interface, with a
//! fake for every peer. One binary: every extra one costs a link of the whole
//! dependency tree.
//!
//! The modules are `cfg(test)` so that clippy sees their helpers as the test
//! code they are.

#[cfg(test)]
mod connector_errors;
#[cfg(test)]
mod connector_extras;
#[cfg(test)]
mod connector_fake_teams;
#[cfg(test)]
mod connector_repeats;
#[cfg(test)]
mod connector_requests;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod http;
#[cfg(test)]
mod inbound;
#[cfg(test)]
mod token_cache;
#[cfg(test)]
mod token_requests;
#[cfg(test)]
mod turn_echo;
#[cfg(test)]
mod turn_http;
#[cfg(test)]
mod turn_lifecycle;
#[cfg(test)]
mod turn_logs;
#[cfg(test)]
mod turn_observability;
#[cfg(test)]
mod turn_proactive;
#[cfg(test)]
mod turn_routes;
#[cfg(test)]
mod turn_settings;
#[cfg(test)]
mod world;
