//! How many entries at the head of a lane are sent as one.
//!
//! A lane that falls behind would fall further behind if each message had a send of its own. When
//! three or more wait, consecutive messages of one session go together.

use beckon_domain::effect::EffectBody;
use beckon_domain::ids::SessionId;

use crate::store::OutboxEntry;

/// From this many on, messages are joined.
const DEEP: usize = 3;
/// The most characters that go together: with names and marks it stays below the size limit of a
/// message (28 KB of UTF-16) for every text but one that is over it by itself.
const MAX_CHARS: usize = 10_000;

/// How many of the first entries go together; at least one when there is any.
pub(super) fn joined(head: &[OutboxEntry]) -> usize {
    let Some(first) = head.first() else { return 0 };
    let Some(session) = message_of(first) else { return 1 };
    if was_tried(first) {
        // They went together, and what went behind them did not go before they were settled.
        let same = |entry: &&OutboxEntry| was_tried(entry) && message_of(entry) == Some(session);
        return head.iter().take_while(same).count();
    }
    if head.len() < DEEP {
        return 1;
    }
    let mut chars = 0;
    let together = head.iter().take_while(|entry| {
        chars += length(entry);
        message_of(entry) == Some(session) && chars <= MAX_CHARS
    });
    together.count().max(1)
}

/// Whether an entry may have arrived. What was tried is sent as it was then: the other side may know
/// it already, and has to recognise it.
fn was_tried(entry: &OutboxEntry) -> bool {
    entry.attempts > 0 || entry.error.is_some()
}

fn message_of(entry: &OutboxEntry) -> Option<SessionId> {
    match entry.effect.body {
        EffectBody::Message { session, .. } => Some(session),
        EffectBody::Room { .. } | EffectBody::Notice { .. } => None,
    }
}

fn length(entry: &OutboxEntry) -> usize {
    entry.message.as_ref().map_or(0, |message| message.text.chars().count())
}

#[cfg(test)]
mod tests {
    use beckon_domain::effect::{Effect, LaneKey};
    use beckon_domain::ids::TenantId;
    use beckon_domain::session::{Author, Message};
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::*;

    fn entry(session: u128, seq: u64, chars: usize) -> OutboxEntry {
        let session = SessionId(Uuid::from_u128(session));
        let at = Timestamp::UNIX_EPOCH;
        OutboxEntry {
            tenant: TenantId(Uuid::nil()),
            pos: seq,
            effect: Effect {
                lane: LaneKey::Room { session },
                body: EffectBody::Message { session, seq },
                unique: None,
                not_after: None,
            },
            at,
            attempts: 0,
            dead: false,
            error: None,
            message: Some(Message { seq, at, from: Author::Customer, text: "x".repeat(chars) }),
        }
    }

    #[test]
    fn a_short_lane_sends_one_by_one_and_a_deep_one_together() {
        assert_eq!(joined(&[]), 0);
        assert_eq!(joined(&[entry(1, 1, 5), entry(1, 2, 5)]), 1);
        assert_eq!(joined(&[entry(1, 1, 5), entry(1, 2, 5), entry(1, 3, 5)]), 3);
    }

    #[test]
    fn sessions_are_not_mixed_and_the_limit_is_kept() {
        assert_eq!(joined(&[entry(1, 1, 5), entry(1, 2, 5), entry(2, 3, 5)]), 2);
        assert_eq!(joined(&[entry(1, 1, 6_000), entry(1, 2, 4_000), entry(1, 3, 1)]), 2);
        assert_eq!(joined(&[entry(1, 1, 20_000), entry(1, 2, 1), entry(1, 3, 1)]), 1);
    }

    #[test]
    fn what_was_tried_goes_as_it_went_before() {
        let mut lane: Vec<OutboxEntry> = (1..=5).map(|seq| entry(1, seq, 5)).collect();
        lane[0].attempts = 1;
        assert_eq!(joined(&lane), 1);
        // Three went together; two more came since.
        for entry in &mut lane[..3] {
            entry.error = Some("let go of by a stop".to_owned());
        }
        assert_eq!(joined(&lane), 3);
        assert_eq!(joined(&lane[..2]), 2, "however few wait");
    }
}
