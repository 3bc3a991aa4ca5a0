//! What the page shows, as one snapshot that a page can wait on.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::Duration;

use axum::body::Bytes;
use fake_teams::FakeTeams;
use serde::Serialize;
use tokio::time::{Instant, sleep, timeout_at};

use crate::agents::{Agent, AgentView};
use crate::customers::{CustomerView, Customers};
use crate::day::{DayView, Days};
use crate::doors::Doors;

/// Changes so close to each other are shown as one.
const BURST: Duration = Duration::from_millis(40);

/// Everything behind the page.
#[derive(Debug)]
pub(crate) struct DemoState {
    pub(crate) teams: FakeTeams,
    pub(crate) agents: Vec<Agent>,
    pub(crate) customers: Customers,
    pub(crate) doors: Doors,
    pub(crate) days: Days,
}

/// The body of `GET /demo/state` and its entity tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Snapshot {
    pub(crate) etag: String,
    pub(crate) body: Bytes,
}

#[derive(Serialize)]
struct View<'a> {
    customer: &'a CustomerView,
    agents: Vec<AgentView>,
    /// The page of results, with a token in the fragment.
    results_url: &'a str,
    day: &'a DayView,
}

impl DemoState {
    /// The agent of that Entra object id.
    pub(crate) fn agent(&self, id: &str) -> Option<&Agent> {
        self.agents.iter().find(|agent| agent.person.id() == id)
    }

    /// The state now.
    pub(crate) fn snapshot(&self) -> Result<Snapshot, serde_json::Error> {
        let customer = self.customers.subscribe();
        let name_of = |id: &str| Some(self.teams.find_person(id).ok()?.name().to_owned());
        let (links, day) = (self.doors.links(), self.days.view());
        let links = links.borrow();
        let console = |place: usize| links.consoles.get(place).cloned().unwrap_or_default();
        let agents = self.agents.iter().enumerate();
        let agents = agents.map(|(place, agent)| agent.view(console(place), name_of)).collect();
        let results_url = &*links.results;
        let view = View { customer: &customer.borrow(), agents, results_url, day: &day.borrow() };
        let body = serde_json::to_vec(&view)?;
        let mut hasher = DefaultHasher::new();
        body.hash(&mut hasher);
        Ok(Snapshot { etag: format!("\"{:016x}\"", hasher.finish()), body: body.into() })
    }

    /// The state as soon as its tag is not `known`, at the latest after `wait`.
    pub(crate) async fn differing(
        &self,
        known: Option<&str>,
        wait: Duration,
    ) -> Result<Snapshot, serde_json::Error> {
        let deadline = Instant::now() + wait;
        let mut customer = self.customers.subscribe();
        let (mut links, mut day) = (self.doors.links(), self.days.view());
        loop {
            let snapshot = self.snapshot()?;
            if known != Some(&snapshot.etag) || Instant::now() >= deadline {
                return Ok(snapshot);
            }
            // Whichever comes first: a change of ours, a change in Teams, the deadline.
            // What it was is seen by looking again.
            let mut looked = false;
            let teams = self.teams.wait_for("a change", wait, |_| {
                if std::mem::replace(&mut looked, true) { Some(()) } else { self.differs(known) }
            });
            let _ = timeout_at(deadline, async {
                tokio::select! {
                    _ = customer.changed() => {}
                    _ = links.changed() => {}
                    _ = day.changed() => {}
                    _ = teams => {}
                }
            })
            .await;
            sleep(BURST).await;
        }
    }

    fn differs(&self, known: Option<&str>) -> Option<()> {
        let snapshot = self.snapshot().ok()?;
        (known != Some(&snapshot.etag)).then_some(())
    }
}
