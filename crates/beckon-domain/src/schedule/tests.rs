use jiff::civil::{date, time};
use proptest::prelude::*;

use super::*;

/// Zones with every kind of change: by an hour, by half of one, at midnight, at noon, by a whole day
/// on and back, more than one a year, none.
const ZONES: &[&str] = &[
    "Europe/Helsinki",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Juneau",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Kwajalein",
    "Asia/Manila",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "America/Scoresbysund",
    "UTC",
];
/// Its clock is turned on at noon on the last Sunday of March, and back at noon in October.
const NOON: &str = "EST-2EET-3,M3.5.0/12,M10.5.0/12";

fn at(name: &str, hour: i8, minute: i8) -> Daily {
    Daily::new(time(hour, minute, 0, 0), zone(name).unwrap())
}

fn at_noon() -> Daily {
    Daily::new(time(12, 30, 0, 0), TimeZone::posix(NOON).unwrap())
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn three_in_the_morning_in_helsinki_through_a_year() {
    let daily = at("Europe/Helsinki", 3, 0);
    assert_eq!(daily.on(date(2027, 1, 15)), Some(instant("2027-01-15T01:00:00Z")));
    assert_eq!(daily.on(date(2027, 7, 15)), Some(instant("2027-07-15T00:00:00Z")));
    // From 03:00 on it is 04:00.
    assert_eq!(daily.on(date(2027, 3, 28)), Some(instant("2027-03-28T01:00:00Z")));
    assert_eq!(at("Europe/Helsinki", 3, 59).on(date(2027, 3, 28)), daily.on(date(2027, 3, 28)));
    // 03:00 comes twice: at the offset of summer first.
    assert_eq!(daily.on(date(2027, 10, 31)), Some(instant("2027-10-31T00:00:00Z")));
}

#[test]
fn a_clock_that_changes_at_noon_moves_what_is_at_noon_and_nothing_else() {
    assert_eq!(at_noon().on(date(2027, 3, 27)), Some(instant("2027-03-27T10:30:00Z")));
    assert_eq!(
        at_noon().on(date(2027, 3, 28)),
        Some(instant("2027-03-28T10:00:00Z")),
        "13:00 at once"
    );
    assert_eq!(at_noon().on(date(2027, 3, 29)), Some(instant("2027-03-29T09:30:00Z")));
    let back = Daily::new(time(11, 30, 0, 0), TimeZone::posix(NOON).unwrap());
    assert_eq!(back.on(date(2027, 10, 31)), Some(instant("2027-10-31T08:30:00Z")), "the first");
    let night = Daily::new(time(3, 0, 0, 0), TimeZone::posix(NOON).unwrap());
    assert_eq!(night.on(date(2027, 3, 28)), Some(instant("2027-03-28T01:00:00Z")));
}

#[test]
fn a_day_that_never_was_has_no_sweep_and_a_day_that_came_twice_has_one() {
    let apia = at("Pacific/Apia", 3, 0);
    assert_eq!(apia.on(date(2011, 12, 30)), None);
    let before = apia.on(date(2011, 12, 29)).unwrap();
    let after = apia.on(date(2011, 12, 31)).unwrap();
    assert_eq!(after.duration_since(before).as_hours(), 24, "the next night all the same");
    assert_eq!(apia.next(before), Some(after));
    assert_eq!(apia.due(after), Some(date(2011, 12, 31)));

    let juneau = at("America/Juneau", 15, 50);
    let twice = date(1867, 10, 18);
    let first = juneau.on(twice).unwrap();
    let next = juneau.next(first).unwrap();
    assert_eq!(juneau.due(next), Some(date(1867, 10, 19)));
    assert!(next.duration_since(first).as_hours() > 40, "not at its second 15:50");
}

#[test]
fn a_midnight_that_is_missing_is_the_first_instant_of_the_day() {
    let midnight = at("America/Sao_Paulo", 0, 0);
    assert_eq!(midnight.on(date(2018, 11, 4)), Some(instant("2018-11-04T03:00:00Z")));
    // Turned back at midnight: 23:30 comes twice, and tomorrow has been nowhere yet.
    let late = at("America/Sao_Paulo", 23, 30);
    assert_eq!(late.on(date(2019, 2, 16)), Some(instant("2019-02-17T01:30:00Z")));
    let again: Timestamp = "2019-02-17T02:30:00Z".parse().unwrap();
    assert_eq!(late.due(again), Some(date(2019, 2, 16)));
    assert_eq!(late.next(again), Some(instant("2019-02-18T02:30:00Z")));
}

#[test]
fn a_zone_is_one_of_the_database() {
    let error = zone("Europe/Helsingfors").unwrap_err().to_string();
    assert!(error.contains("Europe/Helsingfors") && error.contains("Europe/Helsinki"), "{error}");
}

#[test]
fn contact_hours_are_those_of_the_wall_clock() {
    let hours = ContactHours { zone: zone("Europe/Helsinki").unwrap(), ..ContactHours::default() };
    let contain = |text: &str| hours.contain(text.parse().unwrap());
    assert!(!contain("2027-01-15T05:59:59Z") && contain("2027-01-15T06:00:00Z"));
    assert!(contain("2027-01-15T17:59:59Z") && !contain("2027-01-15T18:00:00Z"));
    assert!(contain("2027-07-15T05:00:00Z"), "an hour earlier in summer");
    let (from, until) = (time(20, 0, 0, 0), time(8, 0, 0, 0));
    let night = ContactHours { from, until, zone: TimeZone::UTC };
    let contain = |text: &str| night.contain(text.parse().unwrap());
    assert!(contain("2027-01-15T23:00:00Z") && contain("2027-01-15T07:59:59Z"));
    assert!(!contain("2027-01-15T12:00:00Z"));
    let always = ContactHours { from, until: from, zone: TimeZone::UTC };
    assert!(always.contain(Timestamp::UNIX_EPOCH));
}

fn any_daily() -> impl Strategy<Value = Daily> {
    let zone = prop_oneof![
        9 => prop::sample::select(ZONES).prop_map(|name| zone(name).unwrap()),
        1 => Just(TimeZone::posix(NOON).unwrap()),
    ];
    (zone, 0_i8..24, 0_i8..60).prop_map(|(zone, h, m)| Daily::new(time(h, m, 0, 0), zone))
}

/// Any instant between 1840 and 2100, and every one near a change of the clock.
fn any_instant() -> impl Strategy<Value = Timestamp> {
    (-4_102_444_800_i64..4_102_444_800).prop_map(|second| Timestamp::from_second(second).unwrap())
}

/// An instant at most two days from a change of the zone's clock, where it has one.
fn near_change(daily: &Daily, from: Timestamp, seconds: i64) -> Timestamp {
    let change = daily.zone.following(from).next().map_or(from, |change| change.timestamp());
    change.saturating_add(SignedDuration::from_secs(seconds)).unwrap()
}

proptest! {
    /// Who looks at any moments whatever finds each day due once, in order, and never early.
    #[test]
    fn days_come_due_in_order_and_each_once(
        daily in any_daily(),
        from in any_instant(),
        shift in -172_800_i64..172_800,
        looks in prop::collection::vec(0_i64..200_000, 1..20),
    ) {
        let mut now = near_change(&daily, from, shift);
        let mut last = daily.due(now).unwrap();
        for pause in looks {
            now = now.saturating_add(SignedDuration::from_secs(pause)).unwrap();
            let due = daily.due(now).unwrap();
            prop_assert!(due >= last, "{due} after {last}");
            prop_assert!(daily.on(due).unwrap() <= now);
            last = due;
        }
    }

    /// What is next is next: nothing is due in between, and then exactly it is.
    #[test]
    fn next_is_the_moment_at_which_another_day_comes_due(
        daily in any_daily(),
        from in any_instant(),
        shift in -172_800_i64..172_800,
    ) {
        let now = near_change(&daily, from, shift);
        let next = daily.next(now).unwrap();
        prop_assert!(next > now);
        prop_assert!(next.duration_since(now).as_hours() < 73);
        let moment = SignedDuration::from_micros(1);
        let before = next.saturating_sub(moment).unwrap();
        prop_assert_eq!(daily.due(before), daily.due(now));
        let (old, new) = (daily.due(before).unwrap(), daily.due(next).unwrap());
        prop_assert!(new > old);
        prop_assert_eq!(daily.on(new), Some(next));
    }

    /// The clock on the wall shows the time of day, or the change has just skipped it.
    #[test]
    fn it_happens_at_its_time_of_day(daily in any_daily(), from in any_instant()) {
        let date = daily.zone.to_datetime(near_change(&daily, from, 0)).date();
        let Some(at) = daily.on(date) else { return Ok(()) };
        let shown = daily.zone.to_datetime(at);
        let wanted = date.to_datetime(daily.at);
        if shown != wanted {
            let before = at.saturating_sub(SignedDuration::from_micros(1)).unwrap();
            prop_assert!(shown > wanted && daily.zone.to_datetime(before) < wanted);
        }
    }
}
