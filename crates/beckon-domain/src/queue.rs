//! Who is rung: longest idle first, ties by id (D2), agents who declined or missed this session
//! only after the others (I2). A customer who comes back is led to the agent they had (R8).

use jiff::{SignedDuration, Timestamp};

use crate::agent::{Agent, NotSelectable};
use crate::event::PassedOver;
use crate::ids::AgentId;
use crate::session::Session;
use crate::settings::{MAX_BACKOFF, Service};

/// The most agents that an offer's event names as passed over (D6).
const NAMED: usize = 20;

/// What the matcher decided for one session.
#[derive(Debug, PartialEq)]
pub enum Choice {
    /// Ring this agent.
    Ring {
        /// Who.
        agent: AgentId,
        /// Whether a new round through all agents starts with them.
        new_round: bool,
        /// Why not the others.
        passed_over: Vec<PassedOver>,
    },
    /// Everyone who could be rung was tried: ask again after the back-off.
    BackOff,
    /// Nobody can be rung now.
    Nobody,
}

/// Chooses among the service's members for a session that waits.
pub fn choose(
    session: &Session,
    retry_at: Option<Timestamp>,
    service: &Service,
    agents: &[&Agent],
    now: Timestamp,
) -> Choice {
    let verdicts: Vec<(&Agent, Option<NotSelectable>)> = agents
        .iter()
        .map(|&agent| {
            let tried = session.tried.contains(&agent.id).then_some(NotSelectable::AlreadyTried);
            let rung = agent.work.iter().any(|work| work.session == session.id);
            let rung = rung.then_some(NotSelectable::Busy);
            (agent, agent.selectable(&service.distribution, now).err().or(rung).or(tried))
        })
        .collect();
    let best = |wanted: Option<NotSelectable>| {
        verdicts
            .iter()
            .filter(|(_, verdict)| *verdict == wanted)
            .min_by_key(|(agent, _)| (agent.idle_since, agent.id))
            .map(|(agent, _)| agent.id)
    };

    // The agent whom the customer comes back to, before all others (R8).
    let again = verdicts
        .iter()
        .find(|(agent, verdict)| verdict.is_none() && session.comes_back_to(agent.id))
        .map(|(agent, _)| agent.id);
    let first = again.or_else(|| best(None));
    let (agent, new_round) = match (first, best(Some(NotSelectable::AlreadyTried))) {
        (Some(agent), _) => (agent, false),
        (None, None) => return Choice::Nobody,
        (None, Some(agent)) => match retry_at {
            Some(at) if at <= now => (agent, true),
            _ => return Choice::BackOff,
        },
    };
    let passed_over = verdicts
        .iter()
        .filter(|(other, _)| other.id != agent)
        .take(NAMED)
        .map(|(other, reason)| PassedOver { agent: other.id, reason: *reason })
        .collect();
    Choice::Ring { agent, new_round, passed_over }
}

/// The pause before the agents of a failed round are asked again: 1, 2, 4 … ring times, at most
/// 5 minutes (I2). `rounds` counts the failed rounds, from 1.
pub fn back_off(ring: SignedDuration, rounds: u32) -> SignedDuration {
    let factor = 1_i32 << rounds.saturating_sub(1).min(16);
    ring.checked_mul(factor).unwrap_or(MAX_BACKOFF).min(MAX_BACKOFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn back_off_doubles_up_to_five_minutes() {
        let ring = SignedDuration::from_secs(30);
        let seconds: Vec<i64> = (1..=6).map(|round| back_off(ring, round).as_secs()).collect();
        assert_eq!(seconds, [30, 60, 120, 240, 300, 300]);
        assert_eq!(back_off(ring, u32::MAX), MAX_BACKOFF);
    }
}
