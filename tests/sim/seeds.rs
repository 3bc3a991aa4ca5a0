//! The tests: which seeds are run.

use std::collections::BTreeSet;

use beckon_domain::command::FlagEnd;
use beckon_domain::event::{Event, EventKind};
use beckon_domain::invitation::InvitationState;
use beckon_domain::wrap_up::Actor;

use crate::run::{happen, lived, many, of, told};

/// A number out of the environment: `make sim` says which seeds it wants.
#[expect(clippy::disallowed_methods, reason = "how long to look is decided outside")]
fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().expect("a number"))
}

#[test]
fn the_rules_hold_whatever_happens() {
    let from = number("BECKON_SIM_FROM", 0);
    let seeds = number("BECKON_SIM_SEEDS", 2_000);
    if let Err(report) = many(from..from + seeds, 2) {
        panic!("{report}");
    }
}

#[test]
fn a_seed_gives_the_same_history_each_time() {
    for seed in [1, 7, 42] {
        assert_eq!(of(seed), of(seed));
        let (first, second) = (happen(seed, &of(seed)), happen(seed, &of(seed)));
        assert_eq!(first.expect("the rules hold"), second.expect("the rules hold"), "seed {seed}");
    }
}

/// What is rare has to come up, or the rules were never held against it.
#[test]
fn histories_come_to_transfers_and_to_reopening() {
    let any = |events: &[Event], wanted: fn(&EventKind) -> bool| {
        events.iter().any(|event| wanted(&event.kind))
    };
    let (mut reopened, mut left, mut taken, mut failed) = (false, false, false, false);
    for seed in 0..800 {
        for events in told(seed) {
            let asked = |kind: &EventKind| {
                matches!(kind, EventKind::CustomerReturned { wrap_up: true, .. })
            };
            let accepted = |kind: &EventKind| matches!(kind, EventKind::InvitationAccepted { .. });
            let declined = |kind: &EventKind| matches!(kind, EventKind::InvitationDeclined { .. });
            reopened |= any(&events, asked) && any(&events, accepted);
            left |= any(&events, asked) && any(&events, declined);
            taken |= any(&events, |kind| matches!(kind, EventKind::TransferTaken { .. }));
            failed |= any(&events, |kind| matches!(kind, EventKind::TransferFailed { .. }));
        }
        if reopened && left && taken && failed {
            return;
        }
    }
    panic!("reopened {reopened}, left {left}, transfer taken {taken}, failed {failed}");
}

/// The same for flags, which can end in six ways, and for rings at the console alone.
#[test]
fn histories_come_to_every_end_of_a_flag_and_to_rings_at_the_console() {
    let mut missing = BTreeSet::from([
        "reset by the agent",
        "reset by others",
        "over",
        "offline",
        "off duty",
        "renewed",
        "at the console alone",
    ]);
    for seed in 0..800 {
        let world = lived(seed);
        for event in world.mirror.events.values().flatten() {
            if let EventKind::AgentUnflagged { why, .. } = &event.kind {
                missing.remove(match why {
                    FlagEnd::Reset { by: Some(Actor::Agent { .. }) } => "reset by the agent",
                    FlagEnd::Reset { .. } => "reset by others",
                    FlagEnd::Over => "over",
                    FlagEnd::Offline => "offline",
                    FlagEnd::OffDuty => "off duty",
                    FlagEnd::Renewed => "renewed",
                });
            }
        }
        let unposted = world.mirror.invitations.rows.values().any(|(_, row)| {
            let theirs = matches!(
                row.state,
                InvitationState::Ringing { delivered_at: Some(_) }
                    | InvitationState::Accepted { .. }
                    | InvitationState::WrapUp { .. }
            );
            theirs && row.card.muted && !row.card.is_posted()
        });
        if unposted {
            missing.remove("at the console alone");
        }
        if missing.is_empty() {
            return;
        }
    }
    panic!("never: {missing:?}");
}
