//! How a service rings its agents: the keys of `[[tenant.service]]` that the distribution reads.

use beckon_domain::settings::Distribution;
use jiff::SignedDuration;

use super::{ConfigError, ServiceEntry};

/// What is not said has the default of the rules.
pub(super) fn settings(service: &ServiceEntry) -> Distribution {
    let default = Distribution::default();
    let seconds = |value: u32| SignedDuration::from_secs(value.into());
    // Zero is "never".
    let limit = |value: Option<u32>, default: Option<SignedDuration>| match value {
        None => default,
        Some(value) => (value > 0).then(|| seconds(value)),
    };
    Distribution {
        ring: seconds(service.ring_seconds),
        delivery: service.delivery_seconds.map_or(default.delivery, seconds),
        misses: service.misses,
        rona: limit(service.rona_seconds, default.rona),
        flag_declines: service.flag_declines.unwrap_or(default.flag_declines),
        broadcast: service.broadcast.unwrap_or(default.broadcast),
        ring_busy: service.ring_busy.unwrap_or(default.ring_busy),
        ring_away: service.ring_away.unwrap_or(default.ring_away),
        capacity: service.capacity.unwrap_or(default.capacity),
        parked: service.parked.unwrap_or(default.parked),
        park_limit: limit(service.park_limit_seconds, default.park_limit),
        direct: service.direct.unwrap_or(default.direct),
        park_reminder: service.silence.park_reminder(),
    }
}

/// Checks the ranges, and what would have no effect.
pub(super) fn check(at: &str, service: &ServiceEntry) -> Result<(), ConfigError> {
    let within = |value: Option<u32>, from: u32, to: u32| {
        value.is_none_or(|value| (from..=to).contains(&value))
    };
    let off_or = |value: Option<u32>, from, to| value == Some(0) || within(value, from, to);
    for (key, fits, range) in [
        ("ring_seconds", (5..=600).contains(&service.ring_seconds), "5 to 600"),
        ("misses", service.misses <= 10, "0 (never) to 10"),
        ("delivery_seconds", within(service.delivery_seconds, 5, 60), "5 to 60"),
        ("rona_seconds", off_or(service.rona_seconds, 10, 28_800), "10 to 28800, or 0 for never"),
        ("broadcast", within(service.broadcast, 1, 50), "1 to 50"),
        ("capacity", within(service.capacity, 1, 10), "1 to 10"),
        ("parked", within(service.parked, 0, 4), "0 to 4"),
        (
            "park_limit_seconds",
            off_or(service.park_limit_seconds, 60, 86_400),
            "60 to 86400, or 0 for never",
        ),
        ("direct", within(service.direct, 1, 20), "1 to 20"),
    ] {
        if !fits {
            return Err(ConfigError::invalid(format!("{at}: {key}"), format!("must be {range}")));
        }
    }
    if service.flag_declines == Some(true) && service.rona_seconds.unwrap_or(0) == 0 {
        return Err(ConfigError::invalid(
            format!("{at}: flag_declines"),
            "has no effect while rona_seconds is 0; say there how long the flag stays",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    const EXAMPLE: &str = include_str!("../../config.example.toml");

    fn parse(lines: &str) -> Result<Config, String> {
        read(&EXAMPLE.replacen("misses = 2 ", &format!("{lines}\nmisses = 2 "), 1))
    }

    fn read(text: &str) -> Result<Config, String> {
        assert_ne!(text, EXAMPLE);
        let secret = |name: &str| (name == "BECKON_BOT_SECRET").then(|| "hush".to_owned());
        Config::parse(text, &secret).map_err(|error| error.to_string())
    }

    fn ringing(lines: &str) -> Distribution {
        settings(&parse(lines).unwrap().tenants[0].services[0])
    }

    #[test]
    fn what_is_not_said_is_as_the_rules_have_it() {
        assert_eq!(ringing(""), Distribution::default());
    }

    #[test]
    fn every_setting_arrives() {
        let all = "delivery_seconds = 5\nrona_seconds = 600\nflag_declines = true\n\
                   broadcast = 10\nring_busy = true\nring_away = true\ncapacity = 3\n\
                   parked = 2\npark_limit_seconds = 0\ndirect = 20";
        let expected = Distribution {
            ring: SignedDuration::from_secs(30),
            delivery: SignedDuration::from_secs(5),
            misses: 2,
            rona: Some(SignedDuration::from_mins(10)),
            flag_declines: true,
            broadcast: 10,
            ring_busy: true,
            ring_away: true,
            capacity: 3,
            parked: 2,
            park_limit: None,
            direct: 20,
            park_reminder: Some(SignedDuration::from_mins(10)),
        };
        assert_eq!(ringing(all), expected);
        assert_eq!(ringing("rona_seconds = 0").rona, None);
        let limit = ringing("park_limit_seconds = 60").park_limit;
        assert_eq!(limit, Some(SignedDuration::from_secs(60)));
    }

    #[test]
    fn agents_are_reminded_of_what_they_parked_unless_that_is_off() {
        let minutes = |minutes: u32| {
            let line = format!("park_reminder_minutes = {minutes} ");
            let text = EXAMPLE.replacen("park_reminder_minutes = 10 ", &line, 1);
            settings(&read(&text).unwrap().tenants[0].services[0]).park_reminder
        };
        assert_eq!(minutes(3), Some(SignedDuration::from_mins(3)));
        assert_eq!(minutes(0), None);
    }

    #[test]
    fn what_is_out_of_range_is_named_with_its_range() {
        for (line, range) in [
            ("delivery_seconds = 4", "must be 5 to 60"),
            ("delivery_seconds = 61", "must be 5 to 60"),
            ("rona_seconds = 9", "must be 10 to 28800, or 0 for never"),
            ("rona_seconds = 28801", "must be 10 to 28800, or 0 for never"),
            ("broadcast = 0", "must be 1 to 50"),
            ("broadcast = 51", "must be 1 to 50"),
            ("capacity = 0", "must be 1 to 10"),
            ("capacity = 11", "must be 1 to 10"),
            ("parked = 5", "must be 0 to 4"),
            ("park_limit_seconds = 59", "must be 60 to 86400, or 0 for never"),
            ("park_limit_seconds = 86401", "must be 60 to 86400, or 0 for never"),
            ("direct = 0", "must be 1 to 20"),
            ("direct = 21", "must be 1 to 20"),
            ("flag_declines = true", "while rona_seconds is 0"),
        ] {
            let error = parse(line).unwrap_err();
            let key = line.split(' ').next().unwrap();
            assert!(error.contains(key) && error.contains(range), "{line}: {error}");
        }
    }
}
