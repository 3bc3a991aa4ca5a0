use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn helsinki() -> TimeZone {
    TimeZone::get("Europe/Helsinki").unwrap()
}

fn state(state: AgentState, from: &str, to: &str) -> StateInterval {
    StateInterval { state, from: at(from), to: at(to) }
}

fn minutes(sums: &Sums, state: AgentState) -> i64 {
    sums[place(state).unwrap()] / 60_000
}

#[test]
fn a_state_over_midnight_is_of_both_days_in_the_zone() {
    let states = [
        state(AgentState::Available, "2026-03-27T20:00:00Z", "2026-03-27T23:00:00Z"),
        state(AgentState::Connected, "2026-03-27T23:00:00Z", "2026-03-28T01:30:00Z"),
    ];
    let days = added_up(&states, Some(&helsinki()));
    let told: Vec<_> = days
        .iter()
        .map(|(day, sums)| {
            let day = day.unwrap().to_string();
            (day, minutes(sums, AgentState::Available), minutes(sums, AgentState::Connected))
        })
        .collect();
    // Midnight in Helsinki is 22:00 in UTC in winter.
    assert_eq!(told, [("2026-03-27".to_owned(), 120, 0), ("2026-03-28".to_owned(), 60, 150)]);
    let whole = added_up(&states, None);
    assert_eq!(minutes(&whole[0].1, AgentState::Connected), 150);
    assert_eq!(whole.len(), 1);
}

#[test]
fn days_are_as_long_as_they_are() {
    for (from, to, first, second) in [
        // The clock goes forward on the 29th of March, and back on the 25th of October.
        ("2026-03-28T22:00:00Z", "2026-03-30T21:00:00Z", 23, 24),
        ("2026-10-24T21:00:00Z", "2026-10-26T22:00:00Z", 25, 24),
    ] {
        let days = added_up(&[state(AgentState::Offline, from, to)], Some(&helsinki()));
        let told: Vec<i64> =
            days.iter().map(|(_, sums)| minutes(sums, AgentState::Offline)).collect();
        assert_eq!(told, [first * 60, second * 60]);
    }
}

#[test]
fn the_shift_is_what_is_neither_off_duty_nor_offline() {
    let states = [
        state(AgentState::OffDuty, "2026-01-01T00:00:00Z", "2026-01-01T08:00:00Z"),
        state(AgentState::Available, "2026-01-01T08:00:00Z", "2026-01-01T12:00:00Z"),
        state(AgentState::Parked, "2026-01-01T12:00:00Z", "2026-01-01T13:00:00Z"),
        state(AgentState::Offline, "2026-01-01T13:00:00Z", "2026-01-01T14:00:00Z"),
    ];
    let row = row(None, AgentId(uuid::Uuid::nil()), "Ada", &added_up(&states, None)[0].1);
    assert_eq!(
        (&row["shift_ms"], &row["total_ms"]),
        (&(5 * 3_600_000).into(), &(14 * 3_600_000).into())
    );
    assert_eq!(row["off_duty_ms"], 8 * 3_600_000);
    assert_eq!(columns().len(), row.as_object().unwrap().len());
}

/// A span of some days, cut at instants that are no whole milliseconds.
fn cut_anywhere() -> impl Strategy<Value = Vec<StateInterval>> {
    let begin = at("2026-10-23T20:00:00Z").as_nanosecond();
    let nanos = 3 * 24 * 3_600_000_000_000_i128;
    proptest::collection::btree_set(0..nanos, 2..40).prop_map(move |cuts| {
        let cuts: Vec<_> =
            cuts.iter().map(|cut| Timestamp::from_nanosecond(begin + cut).unwrap()).collect();
        let states = AgentState::ALL.into_iter().cycle();
        let spans = cuts.windows(2).zip(states);
        spans.map(|(cut, state)| StateInterval { state, from: cut[0], to: cut[1] }).collect()
    })
}

proptest! {
    #[test]
    fn states_and_days_add_up_to_the_millisecond(states in cut_anywhere()) {
        let all = |sums: &Sums| sums.iter().sum::<i64>();
        let whole = added_up(&states, None)[0].1;
        let ends = states[states.len() - 1].to.as_millisecond() - states[0].from.as_millisecond();
        prop_assert_eq!(all(&whole), ends);
        prop_assert!(whole.iter().all(|sum| *sum >= 0));
        let days = added_up(&states, Some(&helsinki()));
        for (place, sum) in whole.iter().enumerate() {
            prop_assert_eq!(days.iter().map(|(_, sums)| sums[place]).sum::<i64>(), *sum);
        }
        let row = row(None, AgentId(uuid::Uuid::nil()), "Ada", &whole);
        let out = whole[place(AgentState::OffDuty).unwrap()] + whole[place(AgentState::Offline).unwrap()];
        prop_assert_eq!(row["total_ms"].as_i64(), Some(ends));
        prop_assert_eq!(row["shift_ms"].as_i64(), Some(ends - out));
    }
}

#[test]
fn a_place_is_read_as_it_was_written() {
    let agents = [(AgentId(uuid::Uuid::nil()), "Ada"), (AgentId(uuid::Uuid::max()), "Ben")];
    let until = at("2026-11-23T12:00:00.123456789Z");
    let text = Place { start: 1, until }.text(&agents);
    let read = |from: Option<&str>| Place::parse(&text, from.map(at), &agents);
    for from in [None, Some("2026-11-23T12:00:00Z")] {
        let place = read(from).unwrap();
        assert_eq!((place.start, place.until), (1, until));
    }
    assert!(read(Some("2026-11-24T00:00:00Z")).is_none(), "its end is before the beginning");
    assert!(Place::parse(&text, None, &agents[1..]).is_none(), "who is no longer listed");
    assert!(Place::parse(&agents[0].0.to_string(), None, &agents).is_none());
}

#[test]
fn of_whom_nothing_is_known_nothing_is_told_by_day() {
    assert_eq!(added_up(&[], Some(&helsinki())), []);
    assert_eq!(added_up(&[], None), [(None, Sums::default())]);
}
