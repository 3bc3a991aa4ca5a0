//! The ways into Beckon's pages: addresses with tokens in their fragments.

use tokio::sync::watch;

use crate::beckon_api::{ApiError, BeckonApi};

/// The keys that open the pages.
#[derive(Debug)]
pub(crate) struct PageKeys {
    /// One for each agent, in their order.
    pub(crate) agents: Vec<String>,
    /// One of somebody who sees every result.
    pub(crate) results: String,
}

/// The addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Links {
    /// The console, for each agent in their order.
    pub(crate) consoles: Vec<String>,
    /// The page of results.
    pub(crate) results: String,
}

/// Everybody's way in. Tokens last twelve hours, and the demo's days pass quickly: doors are opened
/// anew whenever one did.
#[derive(Debug)]
pub(crate) struct Doors {
    api: BeckonApi,
    beckon: String,
    keys: PageKeys,
    links: watch::Sender<Links>,
}

impl Doors {
    /// Doors of Beckon at this address, still shut.
    pub(crate) fn new(api: BeckonApi, beckon: String, keys: PageKeys) -> Self {
        Self { api, beckon, keys, links: watch::Sender::default() }
    }

    /// Signs everybody in with their keys.
    ///
    /// # Errors
    /// [`ApiError`]; the doors are as they were.
    pub(crate) async fn open(&self) -> Result<(), ApiError> {
        let Self { api, beckon, keys, links } = self;
        let mut consoles = Vec::with_capacity(keys.agents.len());
        for key in &keys.agents {
            let token = api.sign_in(key, "console").await?.token;
            consoles.push(format!("{beckon}/console/#token={token}"));
        }
        let token = api.sign_in(&keys.results, "results").await?.token;
        let results = format!("{beckon}/console/results#token={token}");
        links.send_replace(Links { consoles, results });
        Ok(())
    }

    /// The addresses, and every change of them.
    pub(crate) fn links(&self) -> watch::Receiver<Links> {
        self.links.subscribe()
    }
}
