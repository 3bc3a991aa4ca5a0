//! Keeps the bot below the rate limits of Teams instead of running into them.
//!
//! Teams counts requests in sliding windows, for each conversation (7 in 1 s, 8 in 2 s, 60 in
//! 30 s, 1800 in an hour) and for the app in each tenant (30 in 1 s). The [`Limiter`] keeps the
//! same windows exactly: whatever is asked of it, no window is ever exceeded.
//!
//! - **All or nothing.** A request is counted in all its windows or in none.
//! - **Interactive first.** Where requests must wait, those a person waits for go before
//!   background work, and background work always leaves a share of the tenant's second free.
//! - **No convoy.** A closed conversation delays nobody else; a flooded tenant delays no other.
//! - **`Retry-After` counts.** A 429 pauses its conversation; two of them within a second pause
//!   the tenant.
//! - **Forgets.** Nothing is kept for a conversation that has been idle for an hour.
//!
//! The decision is a pure function of the state and a [`Moment`]; the waiting around it is a
//! queue for each tenant that has waiters, driven by one task that ends with them. A lock is
//! never held across an `await`.
//!
//! ```
//! use botframework::limiter::{Ask, Decision, Limiter, LimiterConfig, Moment, Operation, Priority};
//!
//! let limiter = Limiter::new(LimiterConfig::default())?;
//! let ask = Ask {
//!     tenant: "8d1f6f0a-52f3-4a57-b2a5-0f3f6f5f9a11",
//!     conversation: "19:abc@thread.v2",
//!     operation: Operation::Send,
//!     priority: Priority::Interactive,
//! };
//! let now = Moment::default();
//! for _ in 0..7 {
//!     assert!(matches!(limiter.decide_at(ask, now), Decision::Granted));
//! }
//! assert!(!matches!(limiter.decide_at(ask, now), Decision::Granted), "seven a second");
//! # Ok::<(), botframework::limiter::LimiterConfigError>(())
//! ```

mod config;
mod driver;
mod grants;
mod queue;
mod shards;
mod tenant;
mod window;

pub use config::{LimiterConfig, LimiterConfigError, Operation, Priority};
pub use driver::{Busy, Limiter};
pub use grants::TenantGrants;
pub use tenant::{Ask, Decision, Scope};
pub use window::{Moment, Window};
