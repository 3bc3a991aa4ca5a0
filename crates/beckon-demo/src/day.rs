//! Days of the demo: one is played, or one passes; never both at once.

use std::sync::Arc;

use serde::Serialize;
use tokio::sync::watch;

use crate::passing::Passing;
use crate::play::{PlayError, Players};
use crate::script;
use crate::state::DemoState;

/// What is going on with the demo's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Doing {
    /// A day is played.
    Playing,
    /// A day passes.
    Passing,
}

/// How the demo's time stands, as the page shows it.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct DayView {
    doing: Option<Doing>,
    /// How many sessions of the day were played.
    played: usize,
    /// How many there are.
    of: usize,
    /// By how much the demo's clock is ahead of the machine's.
    ahead_ms: i64,
    /// What went wrong last, in words.
    failed: Option<String>,
}

/// The demo's days.
#[derive(Debug)]
pub(crate) struct Days {
    passing: Passing,
    view: watch::Sender<DayView>,
}

impl Days {
    /// Nothing was played yet.
    pub(crate) fn new(passing: Passing) -> Self {
        Self { passing, view: watch::Sender::default() }
    }

    /// How the time stands, and every change of it.
    pub(crate) fn view(&self) -> watch::Receiver<DayView> {
        self.view.subscribe()
    }

    /// Begins something in the background, unless something is under way. False: it is.
    pub(crate) fn begin(state: &Arc<DemoState>, doing: Doing) -> bool {
        let of = if doing == Doing::Playing { script::day().len() } else { 0 };
        let begun = state.days.view.send_if_modified(|view| {
            let free = view.doing.is_none();
            if free {
                let ahead_ms = view.ahead_ms;
                *view = DayView { doing: Some(doing), of, ahead_ms, ..DayView::default() };
            }
            free
        });
        if begun {
            let state = Arc::clone(state);
            tokio::spawn(async move {
                let done = state.days.carry_out(&state, doing).await;
                let failed = done.err().map(|error| error.to_string());
                if let Some(error) = &failed {
                    tracing::warn!(error, "the day came to an early end");
                }
                state.days.note(|view| {
                    view.doing = None;
                    view.failed = failed;
                });
            });
        }
        begun
    }

    async fn carry_out(&self, state: &DemoState, doing: Doing) -> Result<(), PlayError> {
        match doing {
            Doing::Passing => self.passing.until(self.passing.morning()).await?,
            Doing::Playing => self.play(state).await?,
        }
        Ok(state.doors.open().await?)
    }

    async fn play(&self, state: &DemoState) -> Result<(), PlayError> {
        let players = Players {
            api: state.customers.api(),
            teams: &state.teams,
            agents: state.agents.iter().map(|agent| agent.person.clone()).collect(),
            passing: &self.passing,
        };
        let morning = self.passing.next_morning();
        for scene in script::day() {
            players.play(morning, &scene).await?;
            self.note(|view| view.played += 1);
        }
        Ok(())
    }

    fn note(&self, change: impl FnOnce(&mut DayView)) {
        let ahead_ms = self.passing.clock().ahead_ms();
        self.view.send_modify(|view| {
            change(view);
            view.ahead_ms = ahead_ms;
        });
    }
}
