use proptest::prelude::*;

use super::*;

const LIMITS: SendLimits =
    SendLimits { total: 30, background: 21, window: Duration::from_millis(1050) };

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(1_800_000_000_000 + millis).unwrap()
}

fn wanted(interactive: u32, background: u32) -> SendsWanted {
    SendsWanted { interactive, background, lasts: Duration::from_millis(150) }
}

#[test]
fn background_work_leaves_a_share_free() {
    let mut bucket = Bucket::default();
    let first = bucket.take(at(0), LIMITS, wanted(0, 100));
    assert_eq!((first.background.sends, first.interactive.wait), (21, Duration::ZERO));
    let second = bucket.take(at(1), LIMITS, wanted(100, 100));
    assert_eq!((second.interactive.sends, second.background.sends), (9, 0));
    assert_eq!(second.interactive.wait, Duration::from_millis(1199), "until the first has left");
    assert_eq!(second.background.wait, Duration::from_millis(1199));
    assert_eq!(bucket.take(at(1199), LIMITS, wanted(1, 1)).interactive.sends, 0);
    let third = bucket.take(at(1200), LIMITS, wanted(1, 1));
    assert_eq!((third.interactive.sends, third.background.sends), (1, 1));
}

#[test]
fn a_pause_holds_everything_and_the_longest_counts() {
    let mut bucket = Bucket::default();
    bucket.pause(at(5_000));
    bucket.pause(at(2_000));
    let given = bucket.take(at(2_500), LIMITS, wanted(5, 5));
    let nothing = Portion { sends: 0, wait: Duration::from_millis(2500) };
    assert_eq!((given.interactive, given.background), (nothing, nothing));
    assert_eq!(bucket.take(at(5_000), LIMITS, wanted(5, 5)).interactive.sends, 5);
}

proptest! {
    /// Each send at any moment of its slice: no window holds more than the limit, and none holds
    /// background work beyond its share when it is taken.
    #[test]
    fn no_window_ever_sees_more_than_the_limit(
        asks in prop::collection::vec((0_i64..400, 0_u32..12, 0_u32..12, 1_u64..600), 1..80),
        delays in prop::collection::vec(0.0_f64..=1.0, 80),
    ) {
        let (mut bucket, mut now, mut sends) = (Bucket::default(), 0, Vec::new());
        for ((pause, interactive, background, lasts), delay) in asks.into_iter().zip(delays) {
            now += pause;
            let lasts = Duration::from_millis(lasts);
            let ask = SendsWanted { interactive, background, lasts };
            let given = bucket.take(at(now), LIMITS, ask);
            prop_assert!(given.interactive.sends <= interactive);
            prop_assert!(given.background.sends <= background);
            if given.interactive.sends < interactive {
                prop_assert!(given.interactive.wait > Duration::ZERO);
                let more = bucket.clone().take(at(now) + given.interactive.wait, LIMITS, ask);
                prop_assert!(more.interactive.sends > 0, "it was worth waiting");
            }
            let leaves = now as f64 + delay * lasts.as_millis() as f64;
            for _ in 0..given.interactive.sends + given.background.sends {
                sends.push(leaves);
            }
        }
        sends.sort_by(f64::total_cmp);
        for window in sends.windows(LIMITS.total as usize + 1) {
            prop_assert!(window[LIMITS.total as usize] - window[0] >= 1050.0);
        }
    }
}
