use proptest::prelude::*;

use super::*;
use crate::store::codec::micros;

const HOUR: i64 = 3_600_000_000;

fn row(created: i64, outcome: Outcome, queue_ms: i64) -> MeasureRow<'static> {
    MeasureRow {
        service: "support",
        agent: None,
        channel: "api",
        outcome: outcome.id().into(),
        created,
        queued: Some(created),
        first_connect: None,
        first_reply: None,
        acw_end: None,
        queue_ms,
        connected_ms: 0,
        acw_ms: 0,
        counts: [1, 0, 0, 0, 0],
        shared: false,
        sla_seconds: 20,
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn a_day_is_one_of_the_tenants_zone_on_both_days_when_clocks_change() {
    let zone = TimeZone::get("Europe/Zurich").unwrap();
    // The clocks go forward on 28 March 2027, and back on 31 October.
    for (day, first, hours) in
        [("2027-03-28", "2027-03-27T23:00:00Z", 23), ("2027-10-31", "2027-10-30T22:00:00Z", 25)]
    {
        let begin = micros(at(first));
        let (from, until) =
            (at(first), Timestamp::from_microsecond(begin + 3 * 24 * HOUR).unwrap());
        let by = Grouping { day: true, ..Grouping::default() };
        let mut measures = Measures::new(by, &zone, from, until, None);
        for hour in 0..=hours {
            measures.take(&row(begin + hour * HOUR, Outcome::UserAccepted, 0), false).unwrap();
        }
        let groups = measures.groups();
        assert_eq!(groups.len(), 2, "the day and the first hour of the next one");
        assert_eq!(groups[0].0.day.unwrap().to_string(), day);
        assert_eq!((groups[0].1.sessions, groups[1].1.sessions), (hours as u64, 1), "{day}");
    }
}

#[test]
fn an_hour_is_one_of_the_tenants_day_also_where_clocks_change_by_half_of_one() {
    // On Lord Howe Island clocks go back by half an hour, on 4 April 2027 at 02:00; Nepal is a
    // quarter of an hour away from everybody.
    for (zone, from, minutes, told) in [
        ("Europe/Zurich", "2027-10-30T23:30:00Z", 120, &[(1, 30), (2, 90)][..]),
        ("Europe/Zurich", "2027-03-28T00:30:00Z", 60, &[(1, 30), (3, 30)]),
        ("Australia/Lord_Howe", "2027-04-03T14:00:00Z", 150, &[(1, 90), (2, 60)]),
        ("Asia/Kathmandu", "2027-01-01T00:00:00Z", 60, &[(5, 15), (6, 45)]),
    ] {
        let (zone, first) = (TimeZone::get(zone).unwrap(), at(from));
        let until = Timestamp::from_microsecond(micros(first) + 24 * HOUR).unwrap();
        let by = Grouping { hour: true, ..Grouping::default() };
        let mut measures = Measures::new(by, &zone, first, until, None);
        for minute in 0..minutes {
            let created = micros(first) + minute * HOUR / 60;
            measures.take(&row(created, Outcome::UserAccepted, 0), false).unwrap();
        }
        let groups = measures.groups();
        let found: Vec<_> = groups.iter().map(|(group, it)| (group.hour, it.sessions)).collect();
        let told: Vec<_> = told.iter().map(|(hour, count)| (Some(*hour), *count)).collect();
        assert_eq!(found, told, "{from}");
    }
}

#[test]
fn figures_add_up_and_what_was_late_is_not_in_time() {
    let until = at("2027-01-02T00:00:00Z");
    let from = at("2027-01-01T00:00:00Z");
    let mut measures = Measures::new(Grouping::default(), &TimeZone::UTC, from, until, None);
    let begin = micros(from);
    let connected = MeasureRow {
        first_connect: Some(begin + 5_000_000),
        first_reply: Some(begin + 8_000_000),
        acw_end: Some(begin + HOUR),
        connected_ms: 60_000,
        acw_ms: 30_000,
        counts: [3, 1, 1, 0, 2],
        ..row(begin, Outcome::UserAccepted, 20_000)
    };
    measures.take(&connected, false).unwrap();
    measures.take(&row(begin, Outcome::UserAccepted, 20_001), false).unwrap();
    measures.take(&row(begin, Outcome::CustomerLeftInQueue, 1), false).unwrap();
    // A longer wait was agreed on for this one; these never waited, so they kept to nothing.
    let patient = MeasureRow { sla_seconds: 30, ..row(begin, Outcome::UserAccepted, 30_000) };
    measures.take(&patient, false).unwrap();
    for never in [Outcome::SystemHandled, Outcome::StandbyAccepted, Outcome::CustomerLeftInWorkflow]
    {
        let never = MeasureRow { queued: None, ..row(begin, never, 0) };
        measures.take(&never, false).unwrap();
    }
    assert!(
        measures
            .take(&MeasureRow { outcome: 30, ..row(begin, Outcome::MessageLeft, 0) }, false)
            .is_err()
    );

    let [(group, mut measure)] = <[_; 1]>::try_from(measures.groups()).unwrap();
    assert_eq!(group, Group { day: None, hour: None, service: None, channel: None, agent: None });
    assert_eq!((measure.sessions, measure.of(outcome::Group::ByUser)), (7, 4));
    assert_eq!((measure.accepted_in_time, measure.reached), (2, 3));
    assert_eq!((measure.hung_up_in_time, measure.gave_up), (1, 1));
    assert_eq!(
        (measure.of(outcome::Group::CustomerLeft), measure.waits.len()),
        (2, 4),
        "who never waited is no part of it"
    );
    assert_eq!(
        (measure.connected, measure.connected_ms, measure.acw, measure.acw_ms),
        (1, 60_000, 1, 30_000)
    );
    assert_eq!((measure.replied, measure.reply_ms), (1, 3_000));
    assert_eq!(measure.counts, [9, 1, 1, 0, 2]);
    assert_eq!((measure.waited(50), measure.waited(90)), (Some(20_000), Some(30_000)));
    assert_eq!(Measure::default().waited(50), None);
}

proptest! {
    /// A percentile is a value that is there, and so many are not above it, with one less that
    /// would not hold.
    #[test]
    fn a_percentile_is_the_smallest_that_covers_its_share(
        waits in prop::collection::vec(0_u32..50, 1..60), percent in 1_usize..=100,
    ) {
        let mut measure = Measure { waits: waits.clone(), ..Measure::default() };
        let found = measure.waited(percent).unwrap();
        let share = |at_most: u32| waits.iter().filter(|wait| **wait <= at_most).count() * 100;
        prop_assert!(waits.contains(&found));
        prop_assert!(share(found) >= percent * waits.len());
        prop_assert!(found == 0 || share(found - 1) < percent * waits.len());
    }

    /// An agreed time that is asked about replaces that of every session: it is as if each had been
    /// judged by it when it ended. A longer one never makes anybody late.
    #[test]
    fn what_is_asked_about_replaces_what_was_agreed_on(
        rows in prop::collection::vec((1_u8..=29, 0_i64..90_000, 1_i64..60, any::<bool>()), 0..40),
        asked in 1_u32..60,
    ) {
        let (from, until) = (at("2027-01-01T00:00:00Z"), at("2027-01-02T00:00:00Z"));
        let counted = |asked: Option<u32>, of_row: &dyn Fn(i64) -> i64| {
            let by = Grouping::default();
            let mut measures = Measures::new(by, &TimeZone::UTC, from, until, asked);
            for (outcome, wait, sla_seconds, queued) in &rows {
                let begin = micros(from);
                let (queue_ms, queued) = if *queued { (*wait, Some(begin)) } else { (0, None) };
                let sla_seconds = of_row(*sla_seconds);
                let row = row(begin, Outcome::UserAccepted, queue_ms);
                let row = MeasureRow { outcome: (*outcome).into(), queued, sla_seconds, ..row };
                measures.take(&row, false).unwrap();
            }
            measures.groups().pop().map(|(_, measure)| measure).unwrap_or_default()
        };
        let what_if = counted(Some(asked), &|own| own);
        prop_assert_eq!(&what_if, &counted(None, &|_| asked.into()));
        let longer = counted(Some(asked + 1), &|own| own);
        prop_assert!(what_if.accepted_in_time <= longer.accepted_in_time);
        prop_assert!(longer.accepted_in_time <= longer.reached);
        prop_assert!(what_if.hung_up_in_time <= longer.hung_up_in_time);
        prop_assert!(longer.hung_up_in_time <= longer.gave_up);
    }

    /// However lines are told apart, together they are the same sessions.
    #[test]
    fn groups_add_up_to_the_whole(
        rows in prop::collection::vec((0_i64..72, 1_u8..=29, 0..2_usize, 0..2_usize), 0..80),
        by in (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()),
    ) {
        let by = Grouping { service: by.0, agent: by.1, channel: by.2, day: by.3, hour: by.4 };
        let from = at("2027-03-27T00:00:00Z");
        let until = at("2027-03-30T00:00:00Z");
        let zone = TimeZone::get("Asia/Kathmandu").unwrap();
        let mut measures = Measures::new(by, &zone, from, until, None);
        for (hour, outcome, service, channel) in &rows {
            measures.take(&MeasureRow {
                service: ["support", "sales"][*service],
                channel: ["api", "sms"][*channel],
                outcome: (*outcome).into(),
                agent: Some(Uuid::from_u128(*service as u128)),
                ..row(micros(from) + hour * HOUR, Outcome::UserAccepted, 1)
            }, false).unwrap();
        }
        let groups = measures.groups();
        prop_assert!(groups.is_sorted_by(|one, two| one.0 < two.0));
        let sessions: u64 = groups.iter().map(|(_, measure)| measure.sessions).sum();
        prop_assert_eq!(sessions, rows.len() as u64);
        for id in 1..=29_u8 {
            let counted: u64 = groups.iter().map(|(_, measure)| measure.outcomes[usize::from(id) - 1]).sum();
            prop_assert_eq!(counted, rows.iter().filter(|row| row.1 == id).count() as u64);
        }
    }
}
