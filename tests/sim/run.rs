//! Runs histories: one, one until it is as short as it gets, or many on all threads.

use std::collections::hash_map::DefaultHasher;
use std::fmt::Write;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use beckon_domain::event::Event;

use crate::history::{Step, What, history};
use crate::world::World;

/// How many steps a history has.
const STEPS: usize = 50;

/// A rule that did not hold.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) rule: String,
    pub(crate) steps: usize,
}

/// Lets a history happen. `Ok`: what it led to, as one number.
pub(crate) fn happen(seed: u64, history: &[Step]) -> Result<u64, Failure> {
    let mut steps = 0;
    let run = catch_unwind(AssertUnwindSafe(|| {
        let mut world = World::new(seed);
        for step in history {
            steps += 1;
            world.step(step)?;
        }
        world.quiesce()?;
        Ok(digest(&world))
    }));
    match run {
        Ok(Ok(digest)) => Ok(digest),
        Ok(Err(rule)) => Err(Failure { rule, steps }),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            Err(Failure { rule: format!("a panic: {}", text.unwrap_or("?")), steps })
        }
    }
}

/// What happened in the sessions of a history, each in its order.
pub(crate) fn told(seed: u64) -> Vec<Vec<Event>> {
    lived(seed).mirror.events.values().cloned().collect()
}

/// The world at the end of a history.
pub(crate) fn lived(seed: u64) -> World {
    let mut world = World::new(seed);
    for step in of(seed) {
        world.step(&step).expect("the rules hold");
    }
    world
}

/// Everything that is durable and on display at the end.
fn digest(world: &World) -> u64 {
    let mut all = String::new();
    let mirror = &world.mirror;
    let outside = world.outside.lock();
    write!(all, "{:?}{:?}", mirror.sessions.rows, mirror.invitations.rows).unwrap();
    write!(all, "{:?}{:?}", mirror.events, mirror.messages).unwrap();
    write!(all, "{:?}{:?}", outside.teams.posts, outside.consumer.received).unwrap();
    let mut hasher = DefaultHasher::new();
    all.hash(&mut hasher);
    hasher.finish()
}

/// The history of a seed.
pub(crate) fn of(seed: u64) -> Vec<Step> {
    history(seed, STEPS)
}

/// Takes out of a failing history what it fails without.
pub(crate) fn shrink(
    seed: u64,
    mut failing: Vec<Step>,
    mut failure: Failure,
) -> (Vec<Step>, Failure) {
    failing.truncate(failure.steps);
    let mut size = failing.len().div_ceil(2);
    while size > 0 {
        let mut from = 0;
        while from < failing.len() {
            let mut shorter = failing.clone();
            shorter.drain(from..(from + size).min(failing.len()));
            match happen(seed, &shorter) {
                Err(still) if same(&still, &failure) => (failing, failure) = (shorter, still),
                _ => from += size,
            }
        }
        size /= 2;
    }
    for at in 0..failing.len() {
        let mut task = 0;
        while let Some(shorter) = without_task(&failing, at, task) {
            match happen(seed, &shorter) {
                Err(still) if same(&still, &failure) => (failing, failure) = (shorter, still),
                _ => task += 1,
            }
        }
    }
    (failing, failure)
}

/// Two failures of one rule, whatever the ids in their texts.
fn same(one: &Failure, other: &Failure) -> bool {
    let rule = |failure: &Failure| failure.rule.split(':').next().map(str::to_owned);
    rule(one) == rule(other)
}

fn without_task(history: &[Step], at: usize, task: usize) -> Option<Vec<Step>> {
    let mut shorter = history.to_vec();
    match &mut shorter[at].what {
        What::Together { tasks, .. } if task < tasks.len() && tasks.len() > 1 => {
            tasks.remove(task);
            Some(shorter)
        }
        _ => None,
    }
}

/// Lets the histories of these seeds happen on `threads` threads. Gives a report of the first that
/// fails, by seed.
pub(crate) fn many(seeds: Range<u64>, threads: usize) -> Result<(), String> {
    let next = AtomicU64::new(seeds.start);
    let stop = AtomicBool::new(false);
    let failed: Mutex<Option<(u64, Failure)>> = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        return;
                    }
                    if let Err(failure) = happen(seed, &of(seed)) {
                        stop.store(true, Ordering::Relaxed);
                        let mut first = failed.lock().unwrap();
                        if first.as_ref().is_none_or(|(other, _)| seed < *other) {
                            *first = Some((seed, failure));
                        }
                    }
                }
            });
        }
    });
    match failed.into_inner().unwrap() {
        None => Ok(()),
        Some((seed, failure)) => Err(report(seed, failure)),
    }
}

/// The seed, the rule, and the shortest history that breaks it.
fn report(seed: u64, failure: Failure) -> String {
    let first = failure.rule.clone();
    let (history, failure) = shrink(seed, of(seed), failure);
    let mut text =
        format!("seed {seed}: {first}\nshrunk to {} steps: {}\n", history.len(), failure.rule);
    for step in history {
        writeln!(text, "  {step:?}").unwrap();
    }
    text
}
