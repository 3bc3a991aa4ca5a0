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
