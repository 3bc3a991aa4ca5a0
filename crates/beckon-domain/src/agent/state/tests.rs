use jiff::SignedDuration;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::agent::{BotChat, CONSOLE_LEASE, Work};
use crate::ids::{AgentId, InvitationId, SessionId};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn agent() -> Agent {
    let mut agent = Agent::new(AgentId(Uuid::from_u128(1)), "Ada".to_owned(), at(0));
    agent.bot = BotChat::Active { reference: "ref".to_owned() };
    agent
}

fn work(number: u128, kind: WorkKind) -> Work {
    let (session, invitation) = (SessionId(Uuid::from_u128(number)), InvitationId(Uuid::max()));
    Work { session, invitation, kind, direct: false }
}

/// Writes a row down as the rules do.
fn write(mut row: Agent, now: Timestamp) -> (Agent, Vec<StateChange>) {
    let changes = row.note_state(now);
    (row, changes)
}

#[test]
fn what_stands_first_counts() {
    let mut agent = agent();
    let mut expected = vec![(agent.state(at(0)), AgentState::Available)];
    agent.presence = Presence::DoNotDisturb;
    expected.push((agent.state(at(0)), AgentState::Busy));
    agent.presence = Presence::Away;
    expected.push((agent.state(at(0)), AgentState::Away));
    agent.rona_until = Some(at(600));
    expected.push((agent.state(at(0)), AgentState::Rona));
    agent.presence = Presence::Offline;
    expected.push((agent.state(at(0)), AgentState::Offline));
    agent.duty = Duty::Off;
    expected.push((agent.state(at(0)), AgentState::OffDuty));
    for (kind, state) in [
        (WorkKind::Parked, AgentState::Parked),
        (WorkKind::WrapUp, AgentState::Acw),
        (WorkKind::Ringing, AgentState::Ringing),
        (WorkKind::Connected, AgentState::Connected),
    ] {
        agent.work.push(work(agent.work.len() as u128, kind));
        expected.push((agent.state(at(0)), state));
    }
    for (state, wanted) in &expected {
        assert_eq!(state, wanted);
    }
    let seen: Vec<_> = expected.into_iter().map(|(state, _)| state).rev().collect();
    assert_eq!(seen, AgentState::ALL, "all of them, in their order");
}

#[test]
fn names_are_those_that_are_stored() {
    for state in AgentState::ALL {
        assert_eq!(AgentState::named(state.name()), Some(state));
        assert_eq!(serde_json::to_value(state).unwrap(), state.name());
    }
    assert_eq!(AgentState::named("lunch"), None);
}

#[test]
fn somebody_whom_nothing_reaches_is_offline() {
    let mut agent = agent();
    agent.bot = BotChat::Blocked;
    assert_eq!(agent.state(at(0)), AgentState::Offline);
    agent.console_until = Some(at(10));
    assert_eq!(agent.state(at(9)), AgentState::Available);
    assert_eq!(agent.state(at(10)), AgentState::Offline);
}

#[test]
fn a_console_that_fell_silent_is_told_as_of_then() {
    let mut agent = agent();
    agent.bot = BotChat::Removed;
    let lease = CONSOLE_LEASE.as_secs();
    let (agent, _) = {
        let mut open = agent.clone();
        open.console_until = Some(at(lease));
        write(open, at(0))
    };
    assert_eq!(agent.unwritten(at(lease - 1)), None);
    let silent = StateChange { state: AgentState::Offline, at: at(lease) };
    assert_eq!(agent.unwritten(at(lease)), Some(silent));

    let mut again = agent.clone();
    again.console_until = Some(at(1000 + lease));
    let (again, changes) = write(again, at(1000));
    let back = StateChange { state: AgentState::Available, at: at(1000) };
    assert_eq!(changes, [silent, back]);
    assert_eq!(again.unwritten(at(1001)), None);

    // What is told once is not told again.
    let mut busy = again.clone();
    busy.presence = Presence::Busy;
    let (_, changes) = write(busy, at(1002));
    assert_eq!(changes, [StateChange { state: AgentState::Busy, at: at(1002) }]);
}

#[test]
fn what_was_foreseen_is_told_whatever_the_configuration_says_later() {
    let mut open = agent();
    (open.reach.invites, open.console_until) = (false, Some(at(60)));
    let (mut row, _) = write(open, at(0));
    let silent = StateChange { state: AgentState::Offline, at: at(60) };
    // They are invited in Teams from now on.
    row.reach.invites = true;
    assert_eq!(row.unwritten(at(100)), Some(silent));
    let (row, changes) = write(row, at(200));
    let invited = StateChange { state: AgentState::Available, at: at(200) };
    assert_eq!(changes, [silent, invited]);
    assert_eq!(row.unwritten(at(300)), None);
}

#[test]
fn a_console_that_falls_silent_as_something_else_happens_changes_nothing_twice() {
    let mut open = agent();
    (open.bot, open.console_until) = (BotChat::Removed, Some(at(60)));
    let (open, _) = write(open.clone(), at(0));
    let mut off = open.clone();
    off.duty = Duty::Off;
    let (_, changes) = write(off, at(60));
    assert_eq!(changes, [StateChange { state: AgentState::OffDuty, at: at(60) }]);
}

#[test]
fn a_clock_that_goes_back_changes_the_state_as_of_the_last_change() {
    let (agent, _) = write(agent(), at(10));
    let mut away = agent.clone();
    away.presence = Presence::Away;
    let (_, changes) = write(away, at(5));
    assert_eq!(changes, [StateChange { state: AgentState::Away, at: at(10) }]);
}

/// Something that happens to an agent, after some seconds.
#[derive(Clone, Debug)]
enum Happening {
    Presence(Presence),
    Duty(Duty),
    Bot(bool),
    Console,
    Work(Option<WorkKind>),
    Flag(bool),
}

fn happening() -> impl Strategy<Value = Happening> {
    use Presence::{Available, Away, Busy, DoNotDisturb, Offline};
    let presence = prop::sample::select(vec![Available, Busy, Away, DoNotDisturb, Offline]);
    let kinds = vec![WorkKind::Ringing, WorkKind::Connected, WorkKind::Parked, WorkKind::WrapUp];
    prop_oneof![
        presence.prop_map(Happening::Presence),
        prop::sample::select(vec![Duty::On, Duty::Off]).prop_map(Happening::Duty),
        any::<bool>().prop_map(Happening::Bot),
        Just(Happening::Console),
        prop::option::of(prop::sample::select(kinds)).prop_map(Happening::Work),
        any::<bool>().prop_map(Happening::Flag),
    ]
}

fn happen(row: &mut Agent, what: &Happening, now: Timestamp) {
    match what {
        Happening::Presence(presence) => row.presence = *presence,
        Happening::Duty(duty) => row.duty = *duty,
        Happening::Bot(true) => row.bot = BotChat::Active { reference: "ref".to_owned() },
        Happening::Bot(false) => row.bot = BotChat::Removed,
        Happening::Console => row.console_until = Some(now + CONSOLE_LEASE),
        Happening::Work(Some(kind)) => row.work.push(work(row.work.len() as u128, *kind)),
        Happening::Work(None) => drop(row.work.pop()),
        Happening::Flag(flag) => row.rona_until = flag.then_some(at(1 << 30)),
    }
}

proptest! {
    /// Whatever happens, the states follow each other without a gap, add up to the time from the
    /// first on, and say at each instant what the agent was then.
    #[test]
    fn states_add_up_and_are_true(
        told in prop::collection::vec((1_i64..500, happening()), 1..40),
        span in (0_i64..9000, 1_i64..9000),
        seen in 0_i64..20_000,
    ) {
        let (mut row, mut changes) = write(agent(), at(0));
        let mut second = 0;
        let mut rows = vec![(at(0), row.clone())];
        for (later, what) in &told {
            second += later;
            let mut next = row.clone();
            happen(&mut next, what, at(second));
            let (written, more) = write(next, at(second));
            row = written;
            rows.push((at(second), row.clone()));
            changes.extend(more);
        }
        prop_assert!(changes.is_sorted_by(|one, two| one.at < two.at), "{changes:?}");
        let end = at(second + 1000);
        changes.extend(row.unwritten(end));

        let (from, until) = (at(span.0), at(span.0 + span.1).min(end));
        let states = timeline(&changes, from, until);
        let whole: SignedDuration =
            states.iter().map(|row| row.to.duration_since(row.from)).sum();
        prop_assert_eq!(whole, until.duration_since(from).max(SignedDuration::ZERO));
        for pair in states.windows(2) {
            prop_assert_eq!(pair[0].to, pair[1].from);
            prop_assert_ne!(pair[0].state, pair[1].state);
        }
        let seen = at(seen);
        if let Some(told) = states.iter().find(|row| row.from <= seen && seen < row.to) {
            let (_, then) = rows.iter().rfind(|(at, _)| *at <= seen).unwrap();
            prop_assert_eq!(told.state, then.state(seen));
        }
    }
}
