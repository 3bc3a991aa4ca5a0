//! The channel service's signing keys: fetched, kept, renewed.

mod fetch;
mod set;
mod store;
mod unknown;

pub use fetch::KeysError;
pub(super) use set::VerificationKey;
pub(super) use store::{KeyStore, RefreshPolicy};
