//! Placeholder.

pub mod limiter;
