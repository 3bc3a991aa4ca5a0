//! Local time: what happens once a day, and the hours in which people may be written to (P6).
//!
//! A day is a day of the tenant's own zone. Twice a year an hour is missing or comes twice, and in
//! some zones it was a whole day; what is meant then is decided here and nowhere else.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use jiff::{SignedDuration, Timestamp};
use thiserror::Error;

/// The longest that a clock was ever turned on at once is a day, and the time of day may be missing
/// on the day before as well: so many days back there was one.
const DAYS_BACK: i64 = 3;

/// A zone that is not in the IANA database.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0:?} is no time zone of the IANA database; write it like \"Europe/Helsinki\"")]
pub struct UnknownZone(pub String);

/// The zone of that IANA name. The database is the one that was compiled in: what a machine has
/// installed, or has not, changes nothing.
///
/// # Errors
/// [`UnknownZone`] when there is none of that name.
pub fn zone(name: &str) -> Result<TimeZone, UnknownZone> {
    TimeZoneDatabase::bundled().get(name).map_err(|_| UnknownZone(name.to_owned()))
}

/// Something that happens once on each local day.
#[derive(Clone, Debug, PartialEq)]
pub struct Daily {
    at: Time,
    zone: TimeZone,
}

impl Daily {
    /// At this time of day in this zone.
    pub fn new(at: Time, zone: TimeZone) -> Self {
        Self { at, zone }
    }

    /// When it happens on a date: at the time of day; where the clock skips that, as soon as the
    /// clock goes on; where the clock shows it twice, the first time. `None` for a date that the
    /// zone does not have (Pacific/Apia, 30 December 2011) and at the ends of time.
    pub fn on(&self, date: Date) -> Option<Timestamp> {
        if !self.has(date) {
            return None;
        }
        let wanted = date.to_datetime(self.at);
        let offset = match self.zone.to_ambiguous_timestamp(wanted).offset() {
            AmbiguousOffset::Unambiguous { offset } => offset,
            AmbiguousOffset::Fold { before, .. } => before,
            AmbiguousOffset::Gap { after, .. } => {
                // By the offset after the change this is before the change.
                let early = after.to_timestamp(wanted).ok()?;
                return self.first_from(early, wanted);
            }
        };
        offset.to_timestamp(wanted).ok()
    }

    /// The newest date on which it should have happened by `now`. `None` only at the beginning of
    /// time.
    pub fn due(&self, now: Timestamp) -> Option<Date> {
        // Where the clock was turned back over midnight, tomorrow may have been already.
        let mut date = self.zone.to_datetime(now).date().tomorrow().ok()?;
        for _ in 0..=DAYS_BACK {
            if self.on(date).is_some_and(|at| at <= now) {
                return Some(date);
            }
            date = date.yesterday().ok()?;
        }
        None
    }

    /// When it happens next after `now`. `None` only at the end of time.
    pub fn next(&self, now: Timestamp) -> Option<Timestamp> {
        let mut date = self.due(now)?;
        for _ in 0..=DAYS_BACK {
            date = date.tomorrow().ok()?;
            if let Some(at) = self.on(date).filter(|at| *at > now) {
                return Some(at);
            }
        }
        None
    }

    /// Whether the zone has this date at all.
    fn has(&self, date: Date) -> bool {
        let begin = date.to_datetime(Time::midnight());
        match self.zone.to_ambiguous_timestamp(begin).offset() {
            AmbiguousOffset::Gap { after, .. } => after
                .to_timestamp(begin)
                .ok()
                .and_then(|early| self.first_from(early, begin))
                .is_some_and(|at| self.zone.to_datetime(at).date() == date),
            AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => true,
        }
    }

    /// The first change of the clock after `early` that leaves it at `wanted` or later.
    fn first_from(&self, early: Timestamp, wanted: DateTime) -> Option<Timestamp> {
        self.zone
            .following(early)
            .map(|change| change.timestamp())
            .find(|at| self.zone.to_datetime(*at) >= wanted)
    }
}

/// The hours of the day in which a customer may be written to without having written.
#[derive(Clone, Debug, PartialEq)]
pub struct ContactHours {
    /// From this time of day on.
    pub from: Time,
    /// Before this one. Earlier than `from`: over midnight. The same: at any time.
    pub until: Time,
    /// Where the customer's day is.
    pub zone: TimeZone,
}

impl Default for ContactHours {
    /// 08–20, UTC.
    fn default() -> Self {
        let hour = |hour| Time::midnight().saturating_add(SignedDuration::from_hours(hour));
        Self { from: hour(8), until: hour(20), zone: TimeZone::UTC }
    }
}

impl ContactHours {
    /// Whether this instant is within them. Of an hour that comes twice both are, or none is.
    pub fn contain(&self, at: Timestamp) -> bool {
        let time = self.zone.to_datetime(at).time();
        let (after, before) = (self.from <= time, time < self.until);
        if self.from < self.until { after && before } else { after || before }
    }
}

#[cfg(test)]
mod tests;
