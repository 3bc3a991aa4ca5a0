//! `[tenant.sweep]` and `[tenant.service.silence]`: when the sweep comes, and what is done about
//! conversations in which nothing is said.

use beckon_domain::schedule::{ContactHours, Daily, zone};
use beckon_domain::session::MAX_TEXT_CHARS;
use beckon_domain::settings::Silence;
use jiff::SignedDuration;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::ConfigError;
use crate::directory::SweepRules;

/// The most minutes that a silence may be set to: a day.
const DAY: u32 = 1_440;

/// The daily sweep of a tenant.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sweep {
    /// The time of day, in the tenant's zone: `"03:00"`, the default.
    pub at: TimeOfDay,
    /// The hours of silence after which a session is ended, 1–720. Default 24.
    pub silent_hours: u32,
}

impl Default for Sweep {
    fn default() -> Self {
        Self { at: TimeOfDay::hour(3), silent_hours: 24 }
    }
}

impl Sweep {
    /// The section as the engine sees it.
    pub(super) fn rules(&self, zone: &Zone) -> SweepRules {
        SweepRules {
            daily: Daily::new(self.at.0, zone.0.clone()),
            threshold: SignedDuration::from_hours(self.silent_hours.into()),
        }
    }

    pub(super) fn check(&self, at: &str) -> Result<(), ConfigError> {
        in_range(at, "silent_hours", (1..=720).contains(&self.silent_hours), "1 to 720 (30 days)")
    }
}

/// What a service does about silence.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SilenceEntry {
    /// Minutes of silence after which the agent of a conversation is reminded, 1–1440; 0: never.
    /// Default 10.
    pub remind_minutes: u32,
    /// Minutes after which an agent is reminded of what they parked, 1–1440; 0: never. Default 10.
    pub park_reminder_minutes: u32,
    /// Minutes after which a customer who owes an answer is warned, 1–1440; 0, the default: never.
    pub idle_warning_minutes: u32,
    /// What the warning says.
    pub idle_warning_text: Option<String>,
    /// Minutes without an answer after which the conversation ends, 1–1440 and more than
    /// `idle_warning_minutes`; 0, the default: never.
    pub idle_end_minutes: u32,
    /// Whether the sweep tells customers on WhatsApp and SMS. Default no.
    pub sweep_tells_phones: bool,
    /// From when on they may be told, in the service's zone. Default `"08:00"`.
    pub contact_from: TimeOfDay,
    /// Until when. Default `"20:00"`.
    pub contact_until: TimeOfDay,
}

impl Default for SilenceEntry {
    fn default() -> Self {
        Self {
            remind_minutes: 10,
            park_reminder_minutes: 10,
            idle_warning_minutes: 0,
            idle_warning_text: None,
            idle_end_minutes: 0,
            sweep_tells_phones: false,
            contact_from: TimeOfDay::hour(8),
            contact_until: TimeOfDay::hour(20),
        }
    }
}

impl SilenceEntry {
    /// The section as the rules see it.
    pub(super) fn settings(&self, zone: &Zone) -> Silence {
        let default = Silence::default();
        Silence {
            remind: minutes(self.remind_minutes),
            warn: minutes(self.idle_warning_minutes),
            warning: self.idle_warning_text.clone().unwrap_or(default.warning),
            end: minutes(self.idle_end_minutes),
            sweep_tells_phones: self.sweep_tells_phones,
            contact_hours: ContactHours {
                from: self.contact_from.0,
                until: self.contact_until.0,
                zone: zone.0.clone(),
            },
        }
    }

    /// When an agent is reminded of what they parked.
    pub(super) fn park_reminder(&self) -> Option<SignedDuration> {
        minutes(self.park_reminder_minutes)
    }

    pub(super) fn check(&self, at: &str) -> Result<(), ConfigError> {
        for (key, value) in [
            ("remind_minutes", self.remind_minutes),
            ("park_reminder_minutes", self.park_reminder_minutes),
            ("idle_warning_minutes", self.idle_warning_minutes),
            ("idle_end_minutes", self.idle_end_minutes),
        ] {
            in_range(at, key, value <= DAY, "1 to 1440, or 0 for never")?;
        }
        let (warn, end) = (self.idle_warning_minutes, self.idle_end_minutes);
        let later = warn == 0 || end == 0 || end > warn;
        in_range(at, "idle_end_minutes", later, "more than idle_warning_minutes, or 0 for never")?;
        let text = self.idle_warning_text.as_deref();
        let said = text.is_none_or(|text| !text.trim().is_empty());
        let mend = "a text; for no warning set idle_warning_minutes = 0";
        in_range(at, "idle_warning_text", said, mend)?;
        let fits = text.is_none_or(|text| text.chars().count() <= MAX_TEXT_CHARS);
        in_range(at, "idle_warning_text", fits, &format!("at most {MAX_TEXT_CHARS} characters"))
    }
}

fn minutes(value: u32) -> Option<SignedDuration> {
    (value > 0).then(|| SignedDuration::from_mins(value.into()))
}

fn in_range(at: &str, key: &str, fits: bool, range: &str) -> Result<(), ConfigError> {
    if fits {
        return Ok(());
    }
    Err(ConfigError::invalid(format!("{at}: {key}"), format!("must be {range}")))
}

/// A time of day, written `"HH:MM"`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct TimeOfDay(Time);

impl TimeOfDay {
    fn hour(hour: i64) -> Self {
        Self(Time::midnight().saturating_add(SignedDuration::from_hours(hour)))
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let time = (text.len() == 5).then(|| text.parse().ok()).flatten();
        time.map(Self).ok_or_else(|| format!("{text:?} is no time of day; write it like \"03:00\""))
    }
}

/// A time zone, by its IANA name.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Zone(pub(super) TimeZone);

impl Default for Zone {
    fn default() -> Self {
        Self(TimeZone::UTC)
    }
}

impl TryFrom<String> for Zone {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        zone(&text).map(Self).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    const EXAMPLE: &str = include_str!("../../config.example.toml");

    fn refused(from: &str, to: &str) -> String {
        let example = EXAMPLE.replace("idle_warning_minutes = 0", "idle_warning_minutes = 5");
        let text = example.replacen(from, to, 1);
        assert_ne!(text, example, "{from} is not in the example");
        let secret = |name: &str| (name == "BECKON_BOT_SECRET").then(|| "hush".to_owned());
        Config::parse(&text, &secret).unwrap_err().to_string()
    }

    #[test]
    fn every_bad_value_names_its_key_and_the_mend() {
        for (from, to, key, mend) in [
            ("time_zone = \"UTC\"", "time_zone = \"Europe/Paradise\"", "zone", "Europe/Helsinki"),
            ("at = \"03:00\"", "at = \"3 am\"", "at", "03:00"),
            ("at = \"03:00\"", "at = \"25:00\"", "at", "03:00"),
            ("silent_hours = 24", "silent_hours = 0", "silent_hours", "1 to 720"),
            ("silent_hours = 24", "silent_hours = 721", "silent_hours", "1 to 720"),
            ("remind_minutes = 10", "remind_minutes = 1441", "remind_minutes", "0 for never"),
            ("contact_until = \"20:00\"", "contact_until = \"8pm\"", "contact_until", "03:00"),
            (
                "idle_end_minutes = 0",
                "idle_end_minutes = 5",
                "idle_end_minutes",
                "more than idle_warning_minutes",
            ),
            (
                "idle_end_minutes = 0",
                "idle_warning_text = ' ' #",
                "idle_warning_text",
                "idle_warning_minutes = 0",
            ),
        ] {
            let error = refused(from, to);
            assert!(error.contains(key) && error.contains(mend), "{to}: {error}");
        }
        let long = format!("idle_warning_text = '{}' #", "x".repeat(10_001));
        let error = refused("idle_end_minutes = 0", &long);
        assert!(error.contains("idle_warning_text: must be at most 10000"), "{error}");
    }
}
