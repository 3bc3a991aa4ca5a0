//! Key ids that the key service does not know.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

/// How many ids are remembered.
const MAX_IDS: usize = 1024;
/// Longest time for which an id is not asked for again.
const MAX_LIFE: Duration = Duration::from_hours(24);

/// Ids that a fetch did not bring.
///
/// The first miss silences an id for one interval only, since a channel may use
/// a key moments before it is published everywhere; each further miss doubles
/// that, up to a day, so that a sender with a dead key does not cause a fetch an
/// hour for ever.
#[derive(Default)]
pub(super) struct UnknownIds {
    missed: HashMap<String, Missed>,
}

struct Missed {
    until: SystemTime,
    life: Duration,
}

impl UnknownIds {
    /// Whether a fetch for this id would be in vain.
    pub(super) fn refuses(&self, key_id: &str, now: SystemTime) -> bool {
        self.missed.get(key_id).is_some_and(|missed| now < missed.until)
    }

    /// Notes that a fetch at `now` did not bring this id.
    pub(super) fn remember(&mut self, key_id: &str, now: SystemTime, interval: Duration) {
        if let Some(missed) = self.missed.get_mut(key_id) {
            missed.life = missed.life.saturating_mul(2).min(MAX_LIFE.max(interval));
            missed.until = now + missed.life;
            return;
        }
        if self.missed.len() >= MAX_IDS {
            self.missed.retain(|_, missed| now < missed.until);
        }
        // Full of fresh ids, it keeps those: the interval between forced
        // fetches holds without any memory.
        if self.missed.len() < MAX_IDS {
            let missed = Missed { until: now + interval, life: interval };
            self.missed.insert(key_id.to_owned(), missed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::UNIX_EPOCH;

    const HOUR: Duration = Duration::from_hours(1);

    #[test]
    fn each_miss_doubles_the_silence_up_to_a_day() {
        let mut ids = UnknownIds::default();
        let mut now = UNIX_EPOCH;
        for hours in [1, 2, 4, 8, 16, 24, 24] {
            assert!(!ids.refuses("k", now));
            ids.remember("k", now, HOUR);
            now += HOUR * hours;
            assert!(ids.refuses("k", now - Duration::from_nanos(1)), "{hours} h");
        }
        assert!(!ids.refuses("another", UNIX_EPOCH));
    }

    #[test]
    fn memory_is_bounded_and_expired_ids_make_room() {
        let mut ids = UnknownIds::default();
        for id in 0..2 * MAX_IDS {
            ids.remember(&id.to_string(), UNIX_EPOCH, HOUR);
        }
        assert_eq!(ids.missed.len(), MAX_IDS);
        ids.remember("late", UNIX_EPOCH + HOUR, HOUR);
        assert_eq!(ids.missed.len(), 1);
        assert!(ids.refuses("late", UNIX_EPOCH + HOUR));
    }
}
