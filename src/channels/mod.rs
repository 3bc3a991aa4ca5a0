//! Channels: how customers' messages come in and answers go out.
//!
//! The generic API channel comes in through [`http`](crate::http); its answers are read there, or
//! pushed by [`webhook`].

pub mod webhook;
