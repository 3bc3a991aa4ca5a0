//! One integration binary: every extra one costs a link of the whole dependency tree.

mod connector_errors;
mod connector_repeats;
mod connector_requests;
mod token_cache;
mod token_requests;
mod world;
