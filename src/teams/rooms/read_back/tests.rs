use uuid::Uuid;

use super::*;

/// So many seconds after the beginning.
fn at(seconds: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
}

#[test]
fn ten_minutes_of_silence_are_noticed_once() {
    let known = ReadBack::default();
    assert!(!known.fell_silent(at(100_000)), "after the start rooms are read anyway");
    assert!(!known.note_heard(at(0)));
    assert!(!known.fell_silent(at(600)), "ten minutes are not more than ten minutes");
    assert!(known.fell_silent(at(601)));
    assert!(!known.fell_silent(at(661)), "one silence, one reading");
    assert!(!known.note_heard(at(900)), "what comes then finds the rooms due already");
    assert!(known.fell_silent(at(1_501)), "the next silence");
}

#[test]
fn whatever_breaks_the_silence_has_the_rooms_read_first() {
    let known = ReadBack::default();
    assert!(!known.note_heard(at(0)));
    assert!(!known.note_heard(at(600)));
    assert!(known.note_heard(at(1_201)), "nobody had looked meanwhile");
    assert!(!known.note_heard(at(1_202)));
}

#[test]
fn only_rooms_that_are_open_are_remembered() {
    let known = ReadBack::default();
    let key = |n: u128| (TenantId(Uuid::nil()), SessionId(Uuid::from_u128(n)));
    known.note_due(&[key(1), key(2)]);
    {
        let mut state = known.state.lock().unwrap();
        assert_eq!(state.due.len(), 2);
        state.from.extend([(key(1), at(1)), (key(2), at(2))]);
    }
    known.keep_only(&HashSet::from([key(2), key(3)]));
    let state = known.state.lock().unwrap();
    assert_eq!(state.from, HashMap::from([(key(2), at(2))]));
}
