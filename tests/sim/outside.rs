//! The world around Beckon: what it shows, what it received, and how it answers.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::consumer::Consumer;
use crate::dice::Dice;
use crate::history::Weather;
use crate::teams::Teams;

/// Shared between the simulation and what Beckon sends with. It outlives a crash.
#[derive(Clone)]
pub(crate) struct Outside(Arc<Mutex<Inner>>);

pub(crate) struct Inner {
    pub(crate) teams: Teams,
    pub(crate) consumer: Consumer,
    pub(crate) weather: Weather,
    pub(crate) dice: Dice,
    /// The first rule that was seen broken.
    pub(crate) broken: Option<String>,
}

/// What becomes of a request to the outside.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Answer {
    /// Done, and said so.
    Ok,
    /// Done, but the answer is lost.
    Lost,
    /// Not done: come again (412, 503).
    Later,
    /// Not done: too much at once.
    Limited,
    /// Not done, and never will be.
    Refused,
}

impl Outside {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(Inner {
            teams: Teams::default(),
            consumer: Consumer::default(),
            weather: Weather::Fine,
            dice: Dice::new(0),
            broken: None,
        })))
    }

    /// Never kept over an await.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a rule does not hold; the first one counts.
    pub(crate) fn broken(&self, rule: &str) {
        self.lock().broken.get_or_insert_with(|| rule.to_owned());
    }

    /// On the way: others go on meanwhile.
    pub(crate) async fn travel(&self) {
        let moments = self.lock().dice.below(4);
        for _ in 0..moments {
            tokio::task::yield_now().await;
        }
    }
}

impl Inner {
    pub(crate) fn answer(&mut self) -> Answer {
        let [ok, lost, later, limited, refused] = match self.weather {
            Weather::Fine => [1, 0, 0, 0, 0],
            Weather::Changeable => [80, 7, 7, 3, 3],
            Weather::Storm => [20, 25, 30, 15, 10],
        };
        self.dice.weighted(&[
            (ok, Answer::Ok),
            (lost, Answer::Lost),
            (later, Answer::Later),
            (limited, Answer::Limited),
            (refused, Answer::Refused),
        ])
    }
}
