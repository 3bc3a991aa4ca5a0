//! Histories: what happens, drawn from a seed. A step names its targets by numbers that are taken
//! modulo what there is, so a history from which steps were taken out is still a history.

use crate::dice::Dice;

/// One step. `luck` decides what is left to chance within it, so the luck of a step does not
/// change when others are taken out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    pub(crate) what: What,
    pub(crate) luck: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum What {
    /// These go on beside each other, in an order that is left to chance. `cut`: after so many
    /// moments the process dies.
    Together { tasks: Vec<Task>, cut: Option<u16> },
    /// Seconds pass.
    Pass(u32),
    /// Time passes until the next timer is due, and timers have a turn: nobody was late.
    Due,
    /// An orderly stop and a start.
    Restart,
    /// Writes of one kind fail from now on.
    Break(Broken),
    /// The database works again.
    Mend,
    /// How the world answers from now on.
    Weather(Weather),
    /// A message with a card disappears from a chat.
    Vanish(u16),
    /// A timer that was seen due is fired once more.
    LateTimer(u16),
}

/// What somebody does, or one turn of one of the engine's tasks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Task {
    /// A customer writes.
    Write {
        place: u8,
        customer: u8,
    },
    /// The customer of a session writes, open or not.
    Return(u16),
    /// A customer writes and gives up waiting after so many moments.
    Hasty {
        place: u8,
        customer: u8,
        patience: u8,
    },
    /// A message is sent again, under its old key.
    Again(u16),
    /// The customer leaves.
    Leave(u16),
    /// An administrator ends a session.
    AdminEnd(u16),
    /// Somebody with a key says what a conversation was about.
    Codes {
        invitation: u16,
        said: u8,
    },
    /// A click on a card that is on display.
    Click {
        post: u16,
        verb: u8,
    },
    /// A click is delivered again.
    ClickAgain(u16),
    /// Somebody clicks on a card that was not meant for them.
    Foreign {
        post: u16,
        agent: u8,
    },
    /// An agent acts in the console.
    Console {
        invitation: u16,
        verb: u8,
    },
    /// An agent writes.
    Say(u16),
    /// An agent installs the bot.
    Install(u8),
    /// An agent removes or blocks it.
    Remove {
        agent: u8,
        blocked: bool,
    },
    /// A node asks for a lease.
    Lease(u8),
    /// A reader follows the feed.
    Follow,
    /// An agent moves a conversation on.
    Transfer {
        session: u16,
        to: u8,
        agent: u8,
    },
    /// The outside answers a transfer.
    TransferAnswered {
        session: u16,
        refused: bool,
    },
    /// A supervisor takes a conversation over.
    TakeOver {
        session: u16,
        agent: u8,
    },
    /// An agent on call takes a session.
    Standby {
        session: u16,
        agent: u8,
    },
    /// The sweep looks at a session.
    Sweep {
        session: u16,
        hours: u8,
    },
    /// Beckon ends a session.
    SystemEnd {
        session: u16,
        why: u8,
    },
    /// A customer asks for one agent.
    Contact {
        place: u8,
        customer: u8,
        agent: u8,
    },
    /// We write first.
    Outbound {
        place: u8,
        customer: u8,
    },
    /// The control card is posted in the room of a conversation.
    Introduce(u16),
    /// An agent goes on or off duty.
    Duty {
        agent: u8,
        on: bool,
    },
    /// Teams says where an agent is.
    Presence {
        agent: u8,
        presence: u8,
    },
    /// An agent at the console declines all that rings at them.
    TurnAway(u8),
    /// An agent takes the flag away.
    ResetRona(u8),
    /// An agent presses "I am back" on the card of an invitation, in time, late or twice.
    Back(u16),
    /// The bot opened a chat that it had not heard of.
    ChatOpened(u8),
    /// An agent has the console open.
    ConsoleOpen(u8),
    /// The console shows an invitation to its agent, or to somebody else.
    Seen {
        invitation: u16,
        by: u8,
    },
    /// An agent chooses where to be invited.
    Invites {
        agent: u8,
        choice: u8,
    },
    /// Seconds pass while the others are under way.
    Wait(u8),
    Offers,
    Timers,
    FollowUps,
    Lanes(u8),
    Cards,
    Upkeep(u8),
    /// A node looks whether a day has begun, and sweeps.
    Day(u8),
}

/// Which writes fail.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Broken {
    /// One of [`crate::broken::PLACES`].
    pub(crate) place: u8,
    pub(crate) how: How,
    /// Every so-manieth write fails.
    pub(crate) every: u8,
}

/// What fails.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum How {
    /// The statement alone.
    Statement,
    /// The database rolls the whole transaction back, as on a full disk.
    Transaction,
    /// All goes well until the commit.
    Commit,
}

/// How the world answers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Weather {
    Fine,
    Changeable,
    Storm,
}

/// A history of about `steps` steps.
pub(crate) fn history(seed: u64, steps: usize) -> Vec<Step> {
    let mut dice = Dice::new(seed);
    (0..steps).map(|_| Step { what: what(&mut dice), luck: dice.throw() }).collect()
}

fn what(dice: &mut Dice) -> What {
    match dice.throw() % 100 {
        0..79 => together(dice),
        79..82 => What::LateTimer(dice.below(1000) as u16),
        82..89 => What::Pass(seconds(dice)),
        89..92 => What::Due,
        92..94 => What::Restart,
        94..96 => What::Break(Broken {
            place: dice.below(256) as u8,
            how: dice.weighted(&[(1, How::Statement), (1, How::Transaction), (1, How::Commit)]),
            every: 1 + dice.below(4) as u8,
        }),
        96..98 => What::Mend,
        98 => What::Vanish(dice.below(1000) as u16),
        _ => What::Weather(dice.weighted(&[
            (2, Weather::Fine),
            (2, Weather::Changeable),
            (1, Weather::Storm),
        ])),
    }
}

fn seconds(dice: &mut Dice) -> u32 {
    let (from, to) = dice.weighted::<(u32, u32)>(&[
        (40, (0, 2)),
        (30, (2, 15)),
        (20, (20, 70)),
        (6, (300, 900)),
        (4, (4_000, 100_000)),
    ]);
    from + dice.below((to - from) as usize) as u32
}

fn together(dice: &mut Dice) -> What {
    let count = dice.weighted(&[(4, 1), (3, 2), (3, 3), (2, 5)]);
    let mut tasks: Vec<Task> = Vec::new();
    for _ in 0..count {
        let task = task(dice);
        // There is one dispatcher of cards.
        if !(task == Task::Cards && tasks.contains(&task)) {
            tasks.push(task);
        }
    }
    let cut = dice.percent(6).then(|| dice.below(40) as u16);
    What::Together { tasks, cut }
}

fn task(dice: &mut Dice) -> Task {
    let n = dice.below(1000) as u16;
    let byte = |dice: &mut Dice| dice.below(256) as u8;
    match dice.throw() % 256 {
        200..256 => rarer_task(dice, n),
        0..18 => Task::Write { place: byte(dice), customer: byte(dice) },
        18..26 => Task::Return(n),
        26..29 => Task::Hasty { place: byte(dice), customer: byte(dice), patience: byte(dice) % 4 },
        29..34 => Task::Again(n),
        34..39 => Task::Leave(n),
        39..41 => Task::AdminEnd(n),
        41..68 => Task::Click { post: n, verb: byte(dice) },
        68..73 => Task::ClickAgain(n),
        73..75 => Task::Foreign { post: n, agent: byte(dice) },
        75..80 => Task::Console { invitation: n, verb: byte(dice) },
        80..96 => Task::Say(n),
        96..99 => Task::Install(byte(dice)),
        99..102 => Task::Remove { agent: byte(dice), blocked: dice.percent(50) },
        102..107 => Task::Lease(byte(dice)),
        107..110 => Task::Follow,
        110..115 => Task::Wait(*[1, 4, 45, 75].get(dice.below(4)).unwrap_or(&1)),
        115..135 => Task::Offers,
        135..150 => Task::Timers,
        150..157 => Task::FollowUps,
        157..172 => Task::Lanes(byte(dice)),
        172..198 => Task::Cards,
        _ => Task::Upkeep(byte(dice)),
    }
}

fn rarer_task(dice: &mut Dice, session: u16) -> Task {
    let mut byte = || dice.below(256) as u8;
    let (agent, to, place, customer) = (byte(), byte(), byte(), byte());
    match dice.throw() % 42 {
        0..4 => Task::Transfer { session, to, agent },
        4..6 => Task::TransferAnswered { session, refused: dice.percent(50) },
        6 => Task::TakeOver { session, agent },
        7 => Task::Standby { session, agent },
        8 => Task::Sweep { session, hours: 1 + to % 24 },
        9 => Task::SystemEnd { session, why: to },
        10..12 => Task::Contact { place, customer, agent },
        12..15 => Task::Outbound { place, customer },
        15..17 => Task::Duty { agent, on: dice.percent(60) },
        17..19 => Task::Presence { agent, presence: to },
        19..22 => Task::Introduce(session),
        22 => Task::Day(to),
        23..26 => Task::Codes { invitation: session, said: to },
        26..29 => Task::Back(session),
        29 => Task::ChatOpened(agent),
        30..33 => Task::ConsoleOpen(agent),
        33..36 => Task::Seen { invitation: session, by: to },
        36..38 => Task::Invites { agent, choice: to },
        38..40 => Task::TurnAway(agent),
        _ => Task::ResetRona(agent),
    }
}
