//! The inbound half: requests with every kind of token and body.

mod accepted;
mod cache;
mod cases;
mod development;
mod keys;
mod metrics;
mod policy;
mod rejected;
mod support;
