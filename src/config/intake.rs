//! How sessions of a service begin: the keys of `[[tenant.service]]` about that.

use beckon_domain::settings::Intake;
use jiff::SignedDuration;
use serde::Deserialize;

use super::{ConfigError, ServiceEntry};

/// Who decides what becomes of a session before an agent has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Workflow {
    /// Beckon: a greeting, then the queue.
    #[default]
    BuiltIn,
    /// Another program, by `POST /api/v1/sessions/{id}/flow`.
    External,
}

impl ServiceEntry {
    /// What is not said has the default of the rules.
    pub(super) fn intake(&self) -> Intake {
        let default = Intake::default();
        let minutes = |minutes: u32| SignedDuration::from_mins(minutes.into());
        Intake {
            limit: self.session_limit.unwrap_or(default.limit),
            reopen: match self.reopen_minutes {
                None => default.reopen,
                Some(given) => (given > 0).then(|| minutes(given)),
            },
            outbound_window: self.outbound_minutes.map_or(default.outbound_window, minutes),
        }
    }

    pub(super) fn check_intake(&self, at: &str) -> Result<(), ConfigError> {
        let within = |value: Option<u32>, from: u32, to: u32| {
            value.is_none_or(|value| (from..=to).contains(&value))
        };
        for (key, fits, range) in [
            ("session_limit", within(self.session_limit, 1, 10_000), "1 to 10000"),
            ("reopen_minutes", within(self.reopen_minutes, 0, 1_440), "1 to 1440, or 0 for never"),
            ("outbound_minutes", within(self.outbound_minutes, 1, 10_080), "1 to 10080"),
        ] {
            if !fits {
                let problem = format!("must be {range}");
                return Err(ConfigError::invalid(format!("{at}: {key}"), problem));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    const EXAMPLE: &str = include_str!("../../config.example.toml");

    fn parse(lines: &str) -> Result<Config, String> {
        let text = EXAMPLE.replacen("misses = 2 ", &format!("{lines}\nmisses = 2 "), 1);
        assert_ne!(text, EXAMPLE);
        let secret = |name: &str| (name == "BECKON_BOT_SECRET").then(|| "hush".to_owned());
        Config::parse(&text, &secret).map_err(|error| error.to_string())
    }

    #[test]
    fn every_setting_arrives() {
        let intake = |lines: &str| parse(lines).unwrap().tenants[0].services[0].intake();
        let all = "session_limit = 7\nreopen_minutes = 3\noutbound_minutes = 60";
        let expected = Intake {
            limit: 7,
            reopen: Some(SignedDuration::from_mins(3)),
            outbound_window: SignedDuration::from_hours(1),
        };
        assert_eq!(intake(all), expected);
        assert_eq!(intake("reopen_minutes = 0").reopen, None);
        let external = parse("workflow = \"external\"").unwrap();
        assert_eq!(external.tenants[0].services[0].workflow, Workflow::External);
    }

    #[test]
    fn what_is_out_of_range_is_named_with_its_range() {
        for (line, range) in [
            ("session_limit = 0", "must be 1 to 10000"),
            ("session_limit = 10001", "must be 1 to 10000"),
            ("reopen_minutes = 1441", "must be 1 to 1440, or 0 for never"),
            ("outbound_minutes = 0", "must be 1 to 10080"),
            ("outbound_minutes = 10081", "must be 1 to 10080"),
            ("workflow = \"magic\"", "unknown variant"),
        ] {
            let error = parse(line).unwrap_err();
            let key = line.split(' ').next().unwrap();
            assert!(error.contains(key) && error.contains(range), "{line}: {error}");
        }
    }
}
