//! What an agent is doing, one thing at a time: the states that reports add up (`facts/outcomes.md`
//! §5.4).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Agent, Duty, Presence, WorkKind};

/// What an agent is doing. Whoever does several things at once is in the state that stands first
/// here: so the states of an agent never overlap, and add up to the time that was looked at.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentState {
    /// In a conversation.
    Connected,
    /// Rung, and about to answer or not.
    Ringing,
    /// In after-call work.
    Acw,
    /// In no conversation but one that is set aside.
    Parked,
    /// Off duty.
    OffDuty,
    /// Signed out of Teams, or not to be reached at all.
    Offline,
    /// Flagged for not answering (persistent RONA).
    Rona,
    /// Not at the desk.
    Away,
    /// In a call or a meeting, or not to be disturbed.
    Busy,
    /// Free.
    Available,
}

impl AgentState {
    /// All of them, in the order in which they stand above.
    pub const ALL: [Self; 10] = [
        Self::Connected,
        Self::Ringing,
        Self::Acw,
        Self::Parked,
        Self::OffDuty,
        Self::Offline,
        Self::Rona,
        Self::Away,
        Self::Busy,
        Self::Available,
    ];

    /// The state of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// The name by which reports know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Ringing => "ringing",
            Self::Acw => "acw",
            Self::Parked => "parked",
            Self::OffDuty => "off_duty",
            Self::Offline => "offline",
            Self::Rona => "rona",
            Self::Away => "away",
            Self::Busy => "busy",
            Self::Available => "available",
        }
    }
}

/// Since when an agent has been in a state.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct StateChange {
    /// The state.
    pub state: AgentState,
    /// Since when.
    pub at: Timestamp,
}

/// A state from one instant to another.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct StateInterval {
    /// The state.
    pub state: AgentState,
    /// Since when.
    pub from: Timestamp,
    /// Until when; later than `from`.
    pub to: Timestamp,
}

impl Agent {
    /// What the agent is doing.
    ///
    /// What the configuration says counts from the next time on that something happens to them.
    /// Whether misses make them unavailable is a matter of each service's limit, and no state of
    /// theirs: only the flag is.
    pub fn state(&self, now: Timestamp) -> AgentState {
        let works = |kind| self.work.iter().any(|work| work.kind == kind);
        if works(WorkKind::Connected) {
            AgentState::Connected
        } else if works(WorkKind::Ringing) {
            AgentState::Ringing
        } else if works(WorkKind::WrapUp) {
            AgentState::Acw
        } else if works(WorkKind::Parked) {
            AgentState::Parked
        } else if self.duty == Duty::Off {
            AgentState::OffDuty
        } else if self.presence == Presence::Offline || !self.is_reachable(now) {
            AgentState::Offline
        } else if self.rona_until.is_some() {
            AgentState::Rona
        } else {
            match self.presence {
                Presence::Away => AgentState::Away,
                Presence::Busy | Presence::DoNotDisturb => AgentState::Busy,
                Presence::Available | Presence::Offline => AgentState::Available,
            }
        }
    }

    /// Writes down in the row since when it is in its state and what that becomes by itself. Gives
    /// the changes since it was last written, oldest first: what it became by itself in between is
    /// told as it was foreseen then, whatever the configuration says today. A clock that went back
    /// makes a change as of the one before it.
    pub(crate) fn note_state(&mut self, now: Timestamp) -> Vec<StateChange> {
        let silent = self.then.filter(|change| change.at < now);
        let current = StateChange { state: self.state(now), at: now };
        let mut changes = Vec::new();
        for change in silent.into_iter().chain([current]) {
            if self.since.is_none_or(|since| since.state != change.state) {
                let at = self.since.map_or(change.at, |since| since.at.max(change.at));
                self.since = Some(StateChange { at, ..change });
                changes.extend(self.since);
            }
        }
        self.then = self.console_until.filter(|at| *at > now).and_then(|at| {
            let state = self.state(at);
            (state != current.state).then_some(StateChange { state, at })
        });
        changes
    }

    /// The change of state until `now` that came by itself and is not written down yet: what a reader
    /// adds to those that are.
    pub fn unwritten(&self, now: Timestamp) -> Option<StateChange> {
        self.then.filter(|change| change.at <= now)
    }
}

/// The states of an agent between two instants, one after the other without a gap, from their
/// changes in order: those in the span, and the last one before it. Before the first change nothing
/// is known.
pub fn timeline(changes: &[StateChange], from: Timestamp, until: Timestamp) -> Vec<StateInterval> {
    let mut intervals: Vec<StateInterval> = Vec::with_capacity(changes.len());
    for (place, change) in changes.iter().enumerate() {
        let end = changes.get(place + 1).map_or(until, |next| next.at.min(until));
        let begin = change.at.max(from);
        if begin >= end {
            continue;
        }
        match intervals.last_mut() {
            Some(last) if last.state == change.state => last.to = end,
            _ => intervals.push(StateInterval { state: change.state, from: begin, to: end }),
        }
    }
    intervals
}

#[cfg(test)]
mod tests;
