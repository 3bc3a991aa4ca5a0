use std::collections::HashMap;

use proptest::prelude::*;

use super::*;
use crate::limiter::{Limiter, LimiterConfig, Window};

fn at(millis: u64) -> Moment {
    Moment::default().after(Duration::from_millis(millis))
}

fn exact() -> LimiterConfig {
    LimiterConfig { margin: Duration::ZERO, ..LimiterConfig::default() }
}

fn send<'a>(tenant: &'a str, conversation: &'a str) -> Ask<'a> {
    Ask { tenant, conversation, operation: Operation::Send, priority: Priority::Interactive }
}

fn background<'a>(tenant: &'a str, conversation: &'a str) -> Ask<'a> {
    Ask { priority: Priority::Background, ..send(tenant, conversation) }
}

/// How many of `count` asks are granted at `now`.
fn granted(limiter: &Limiter, ask: Ask<'_>, count: usize, now: Moment) -> usize {
    (0..count).filter(|_| limiter.decide_at(ask, now) == Decision::Granted).count()
}

#[test]
fn the_published_windows_of_a_conversation_hold() {
    let limiter = Limiter::new(exact()).expect("the windows can open");
    let ask = send("t", "c");
    assert_eq!(granted(&limiter, ask, 20, at(0)), 7, "7 in any second");
    assert_eq!(granted(&limiter, ask, 20, at(1000)), 1, "8 in any 2 s");
    assert_eq!(granted(&limiter, ask, 20, at(2000)), 7);
    let rest = (3..30).map(|s| granted(&limiter, ask, 20, at(s * 1000))).sum::<usize>();
    assert_eq!(rest, 60 - 15, "60 in any 30 s");
}

#[test]
fn the_margin_widens_every_window() {
    let limiter = Limiter::new(LimiterConfig::default()).expect("the windows can open");
    let ask = send("t", "c");
    assert_eq!(granted(&limiter, ask, 20, at(0)), 7);
    assert_eq!(granted(&limiter, ask, 1, at(1049)), 0);
    assert_eq!(granted(&limiter, ask, 1, at(1050)), 1);
}

#[test]
fn a_refusal_by_the_tenant_takes_nothing_from_the_conversation() {
    let limiter = Limiter::new(exact()).expect("the windows can open");
    for conversation in 0..30 {
        assert_eq!(granted(&limiter, send("t", &conversation.to_string()), 1, at(0)), 1);
    }
    let ask = send("t", "last");
    let refused = Decision::Wait { until: at(1000), scope: Scope::Tenant };
    assert!((0..50).all(|_| limiter.decide_at(ask, at(500)) == refused));
    assert_eq!(granted(&limiter, ask, 20, at(1000)), 7, "the 50 refusals were not counted");
}

#[test]
fn a_refusal_by_the_conversation_takes_nothing_from_the_tenant() {
    let limiter = Limiter::new(exact()).expect("the windows can open");
    assert_eq!(granted(&limiter, send("t", "busy"), 100, at(0)), 7);
    let others = (0..40).map(|c| granted(&limiter, send("t", &c.to_string()), 1, at(0)));
    assert_eq!(others.sum::<usize>(), 30 - 7);
}

#[test]
fn background_leaves_the_reserved_share_to_people() {
    let limiter = Limiter::new(exact()).expect("the windows can open");
    let names: Vec<String> = (0..60).map(|c| c.to_string()).collect();
    let mass = names.iter().map(|c| granted(&limiter, background("t", c), 1, at(0)));
    assert_eq!(mass.sum::<usize>(), 21);
    let people = names.iter().map(|c| granted(&limiter, send("t", c), 1, at(1)));
    assert_eq!(people.sum::<usize>(), 9);
}

#[test]
fn kinds_of_calls_have_their_own_windows() {
    let limiter = Limiter::new(exact()).expect("the windows can open");
    assert_eq!(granted(&limiter, send("t", "c"), 20, at(0)), 7);
    let read = Ask { operation: Operation::Read, ..send("t", "c") };
    assert_eq!(granted(&limiter, read, 20, at(0)), 14);
}

#[test]
fn a_throttled_conversation_pauses_alone_and_two_pause_the_tenant() {
    let mut tenant = Tenant::default();
    let rules = Rules::try_from(exact()).expect("the windows can open");
    let context = |now| Context { rules: &rules, grants: None, now };
    assert!(!tenant.throttled(send("t", "a"), at(0), at(3000)));
    assert_eq!(
        tenant.decide(context(at(10)), send("t", "a")),
        Decision::Wait { until: at(3000), scope: Scope::Conversation }
    );
    assert_eq!(tenant.decide(context(at(10)), send("t", "b")), Decision::Granted);
    assert!(!tenant.throttled(send("t", "a"), at(500), at(3000)), "the same one again");
    assert!(tenant.throttled(send("t", "b"), at(1500), at(4000)));
    assert_eq!(
        tenant.decide(context(at(1600)), send("t", "c")),
        Decision::Wait { until: at(4000), scope: Scope::Tenant }
    );
}

#[test]
fn two_conversations_throttled_far_apart_do_not_pause_the_tenant() {
    let mut tenant = Tenant::default();
    assert!(!tenant.throttled(send("t", "a"), at(0), at(100)));
    assert!(!tenant.throttled(send("t", "b"), at(1001), at(1100)));
}

#[test]
fn nothing_is_kept_for_a_conversation_idle_for_an_hour() {
    let limiter = Limiter::new(exact()).expect("the windows can open");
    limiter.decide_at(send("t", "early"), at(0));
    limiter.decide_at(send("t", "late"), at(1_800_000));
    limiter.sweep_at(at(3_599_999));
    assert_eq!(limiter.tracked_conversations(), 2);
    limiter.sweep_at(at(3_600_000));
    assert_eq!(limiter.tracked_conversations(), 1);
    limiter.sweep_at(at(5_400_000));
    assert_eq!(limiter.tracked_conversations(), 0);
}

#[derive(Debug, Default)]
struct Slice(std::sync::Mutex<u32>);

impl TenantGrants for Slice {
    fn try_take(&self, _: &str, _: Priority, now: Moment) -> Result<(), Moment> {
        let mut left = self.0.lock().expect("nobody panics while holding it");
        *left = left.checked_sub(1).ok_or(now)?;
        Ok(())
    }
}

#[test]
fn a_cluster_hands_out_the_budget_and_is_not_asked_for_closed_conversations() {
    let slice = std::sync::Arc::new(Slice(std::sync::Mutex::new(10)));
    let limiter = Limiter::with_grants(exact(), slice.clone()).expect("the windows can open");
    assert_eq!(granted(&limiter, send("t", "a"), 100, at(0)), 7);
    assert_eq!(
        *slice.0.lock().expect("nobody panics while holding it"),
        3,
        "93 refusals cost nothing"
    );
    assert_eq!(granted(&limiter, send("t", "b"), 100, at(0)), 3);
    let decision = limiter.decide_at(send("t", "c"), at(0));
    assert_eq!(decision, Decision::Wait { until: at(1), scope: Scope::Tenant });
}

/// The definition, not the algorithm: no half-open span of the window's length that starts at
/// a grant holds more grants than the limit.
fn exceeds(window: Window, grants: &[Moment]) -> bool {
    grants.iter().any(|start| {
        let inside = grants.iter().filter(|t| *t >= start && **t < start.after(window.period));
        inside.count() > window.limit as usize
    })
}

proptest! {
    #[test]
    fn no_window_is_ever_exceeded_and_no_refusal_is_idle(
        steps in prop::collection::vec((0u64..700, 0usize..4, any::<bool>(), 1usize..12), 1..200),
    ) {
        let windows = vec![
            Window::per_seconds(3, 1), Window::per_seconds(5, 4), Window::per_seconds(12, 30),
        ];
        let config = LimiterConfig {
            send: windows.clone(), tenant_per_second: 6, ..exact()
        };
        let limiter = Limiter::new(config).expect("the windows can open");
        let names = ["a", "b", "c", "d"];
        let mut now = 0;
        let mut all: Vec<Moment> = Vec::new();
        let mut each: HashMap<&str, Vec<Moment>> = HashMap::new();
        for (pause, conversation, urgent, burst) in steps {
            now += pause;
            let name = names[conversation];
            let priority = if urgent { Priority::Interactive } else { Priority::Background };
            for _ in 0..burst {
                let time = at(now);
                let of_name = each.entry(name).or_default();
                match limiter.decide_at(Ask { priority, ..send("t", name) }, time) {
                    Decision::Granted => { of_name.push(time); all.push(time); }
                    Decision::Wait { until, .. } => {
                        // Every refusal names a full window: going anyway would exceed it
                        // (background: would touch the reserved share, 6 - 30 % = 5).
                        let share = if urgent { 6 } else { 5 };
                        let mut forced = of_name.clone(); forced.push(time);
                        let mut forced_all = all.clone(); forced_all.push(time);
                        prop_assert!(
                            windows.iter().any(|w| exceeds(*w, &forced))
                                || exceeds(Window::per_seconds(share, 1), &forced_all)
                        );
                        prop_assert!(until > time);
                    }
                }
            }
        }
        for grants in each.values() {
            prop_assert!(windows.iter().all(|window| !exceeds(*window, grants)));
        }
        prop_assert!(!exceeds(Window::per_seconds(6, 1), &all));
    }
}
