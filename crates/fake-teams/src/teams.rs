//! The fake itself: starting it and the handles it gives out.

use std::{sync::Arc, time::Duration};

use axum::Router;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{
    Environment, Error, FakeTeamsConfig, Faults, Forgery, LimitReport, Person, control,
    record::{Delivery, Entry},
    server, wait,
    world::World,
};

/// A running Microsoft Teams in memory. Cheap to clone; it stops when the last clone is dropped.
#[derive(Debug, Clone)]
pub struct FakeTeams {
    world: Arc<World>,
    _running: Arc<DropGuard>,
}

impl FakeTeams {
    /// Binds a port of 127.0.0.1 and serves the `OpenID` document, the token endpoint, the connector,
    /// Graph and the control API there.
    pub async fn start(config: FakeTeamsConfig) -> Result<Self, Error> {
        let shutdown = CancellationToken::new();
        let world = server::start(config, shutdown.clone()).await?;
        Ok(Self { world, _running: Arc::new(shutdown.drop_guard()) })
    }

    /// `http://127.0.0.1:{port}`.
    pub fn url(&self) -> &str {
        &self.world.base
    }

    /// What a bot must be told to find this fake instead of the real services.
    pub fn environment(&self) -> Environment {
        self.world.environment()
    }

    /// Tells the fake where the bot listens.
    pub fn set_bot_endpoint(&self, url: impl Into<String>) {
        let url = url.into();
        self.world.change(|state| state.bot_endpoint = Some(url));
    }

    /// The person of this name, made when first named.
    pub fn person(&self, name: &str) -> Person {
        let world = &self.world;
        let record =
            world.change(|state| state.add_person(world.config.seed, name, world.now_ms()));
        Person { world: Arc::clone(world), record }
    }

    /// Everyone, in the order they came.
    pub fn people(&self) -> Vec<Person> {
        let records = self.world.read(|state| state.directory.all().to_vec());
        records
            .into_iter()
            .map(|record| Person { world: Arc::clone(&self.world), record })
            .collect()
    }

    /// The person with this Entra object id, chat id, user principal name or display name.
    pub fn find_person(&self, key: &str) -> Result<Person, Error> {
        Person::find(&self.world, key)
    }

    /// The control API as a router, to be mounted in a server of one's own (at any path, so that a
    /// page and the API share an origin).
    pub fn control_router(&self) -> Router {
        control::routes().with_state(Arc::clone(&self.world))
    }

    /// Failures on command.
    pub fn faults(&self) -> Faults {
        Faults::new(Arc::clone(&self.world))
    }

    /// All calls of the bot and deliveries to it, oldest first.
    pub fn record(&self) -> Vec<Entry> {
        self.world.read(|state| state.record.since(0))
    }

    /// Waits until `find` has something, looking again after every change of the fake.
    pub async fn wait_for<T>(
        &self,
        what: &str,
        limit: Duration,
        mut find: impl FnMut(&Self) -> Option<T>,
    ) -> Result<T, Error> {
        wait::until(&self.world, what, limit, || find(self)).await
    }

    /// A group chat made by people in their clients; the bot is not in it until one of them
    /// installs it there. Answers the conversation id.
    pub fn group(&self, topic: &str, people: &[&Person]) -> String {
        self.world.add_group(topic, people)
    }

    /// How the rate limits were kept so far.
    pub fn limits(&self) -> LimitReport {
        self.world.read(|state| state.accounts.report())
    }

    /// Fails if any call was over a rate limit, naming the first.
    pub fn check_limits(&self) -> Result<(), Error> {
        let report = self.limits();
        let first = report.overruns.first().cloned();
        first.map_or(Ok(()), |first| {
            Err(Error::LimitExceeded { first: Box::new(first), count: report.overruns.len() })
        })
    }

    /// A channel token, good or not, for [`deliver_raw`](Self::deliver_raw).
    pub fn forge(&self, forgery: &Forgery) -> Result<String, Error> {
        self.world.forge(forgery)
    }

    /// Posts any body with any headers to the bot, for negative tests. A well-formed activity comes
    /// from [`Person::draft`].
    pub async fn deliver_raw(
        &self,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Delivery, Error> {
        let owned = |&(name, value): &(&str, &str)| (name.to_owned(), value.to_owned());
        let endpoint = self.world.bot_endpoint()?;
        let headers = headers.iter().map(owned).collect();
        Ok(self.world.post(&endpoint, headers, body.to_owned(), 0).await)
    }
}
