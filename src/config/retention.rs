//! `[retention]`: for how long things are kept.

use serde::Deserialize;

use super::ConfigError;
use crate::engine;

/// The section `[retention]`. Days count from the end of a session; open sessions lose nothing.
/// Once a day what is older is removed.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// Messages, 1–3650. Default 365.
    pub messages_days: u16,
    /// Outcomes, events, reports and everything else of a session, 1–3650 and not less than
    /// messages. Default 730.
    pub outcomes_days: u16,
    /// What makes a repeat of a command known, 7–365. Default 30.
    pub commands_days: u16,
    /// Deliveries that were given up, 1–365 and not more than messages. Default 90.
    pub dead_letters_days: u16,
}

impl Default for Retention {
    fn default() -> Self {
        Self { messages_days: 365, outcomes_days: 730, commands_days: 30, dead_letters_days: 90 }
    }
}

impl Retention {
    pub(super) fn check(self) -> Result<(), ConfigError> {
        for (key, days, range) in [
            ("retention.messages_days", self.messages_days, 1..=3650),
            ("retention.outcomes_days", self.outcomes_days, 1..=3650),
            ("retention.commands_days", self.commands_days, 7..=365),
            ("retention.dead_letters_days", self.dead_letters_days, 1..=365),
        ] {
            if !range.contains(&days) {
                let problem = format!("must be from {} to {}", range.start(), range.end());
                return Err(ConfigError::invalid(key, problem));
            }
        }
        if self.messages_days > self.outcomes_days {
            return Err(ConfigError::invalid(
                "retention.messages_days",
                "must not be more than outcomes_days: messages go with their session",
            ));
        }
        if self.dead_letters_days > self.messages_days {
            return Err(ConfigError::invalid(
                "retention.dead_letters_days",
                "must not be more than messages_days: a delivery needs its message",
            ));
        }
        Ok(())
    }

    /// As the engine takes it.
    pub fn of_engine(self) -> engine::Retention {
        engine::Retention::days(
            self.messages_days,
            self.outcomes_days,
            self.commands_days,
            self.dead_letters_days,
        )
    }
}
