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
        } else if self.presence == Presence::Offline
            || !(self.rings_in_teams() || self.is_at_console(now))
        {
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

    /// The changes of state that are not in [`Agent::since`] yet, oldest first. `before` is the row
    /// as it was until now: its console may have gone silent in between, which nobody writes down
    /// at that time. A clock that went back makes a change as of the one before it.
    pub(crate) fn changes(&self, before: Option<&Self>, now: Timestamp) -> Vec<StateChange> {
        let mut last = self.since;
        let mut changes = Vec::new();
        let silent = before.and_then(Self::fell_silent).filter(|change| change.at <= now);
        let current = StateChange { state: self.state(now), at: now };
        for change in silent.into_iter().chain([current]) {
            if last.is_none_or(|last| last.state != change.state) {
                let at = last.map_or(change.at, |last| last.at.max(change.at));
                last = Some(StateChange { at, ..change });
                changes.extend(last);
            }
        }
        changes
    }

    /// What the state becomes by itself when the console of this row goes silent, unless that was
    /// before the state began.
    fn fell_silent(&self) -> Option<StateChange> {
        let at = self.console_until?;
        let later = self.since.is_some_and(|since| at > since.at);
        later.then(|| StateChange { state: self.state(at), at })
    }

    /// The change of state until `now` that nobody has written down yet: what a reader adds to
    /// those that are.
    pub fn unwritten(&self, now: Timestamp) -> Option<StateChange> {
        let since = self.since?;
        self.fell_silent().filter(|change| change.at <= now && change.state != since.state)
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
