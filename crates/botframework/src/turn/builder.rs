//! Registers handlers and checks that they fit together.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use super::bot::{Bot, Inner};
use super::context::TurnContext;
use super::handler::{self, CardAction, Fallback, Handler, HandlerError};
use super::inflight::InFlight;
use super::invoke::InvokeResponse;
use super::routes::Routes;
use crate::activity::{ADAPTIVE_CARD_ACTION, ActivityType, ParseLimits};
use crate::auth::Authenticator;
use crate::connector::ConnectorClient;

/// The time within which invokes are answered unless told otherwise: clients give up after 5 s.
const INVOKE_DEADLINE: Duration = Duration::from_millis(4500);
/// The channel gives up after 15 s and may then deliver the activity again.
const ACTIVITY_DEADLINE: Duration = Duration::from_secs(14);
/// No deadline may be longer than the channel's patience.
const LONGEST_DEADLINE: Duration = Duration::from_secs(15);

/// Builds a [`Bot`]. Made by [`Bot::builder`].
#[derive(Debug)]
pub struct BotBuilder {
    authenticator: Authenticator,
    connector: ConnectorClient,
    routes: Routes,
    invoke_deadline: Duration,
    activity_deadline: Duration,
    fallback: Fallback,
    limits: ParseLimits,
    error: Option<BuildError>,
}

/// Why a bot cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Two handlers for the same activity type.
    #[error("two handlers for activities of type {0:?}")]
    DuplicateActivity(String),
    /// Two handlers for the same invoke.
    #[error("two handlers for the invoke {0:?}")]
    DuplicateInvoke(String),
    /// Two handlers for the same verb.
    #[error("two handlers for the card verb {0:?}")]
    DuplicateVerb(String),
    /// Both a handler for all card actions and handlers for verbs.
    #[error("card actions are handled both by verb and by `on_invoke(\"adaptiveCard/action\")`")]
    OverlappingCardActions,
    /// A handler for the activity type `invoke`, which has its own ways.
    #[error("register invokes with `on_invoke` or `on_card_action`")]
    InvokeAsActivity,
    /// An empty name or verb. Some clients deliver a click only if it has a verb.
    #[error("invoke names and card verbs must not be empty")]
    EmptyName,
    /// A deadline of zero, or beyond the channel's own 15 s.
    #[error("deadlines must be above zero and at most 15 s")]
    Deadline,
    /// Development mode together with a connector that has credentials: whoever reaches the
    /// port could make the bot send its token anywhere on this machine.
    #[error("the development mode must not carry real credentials")]
    CredentialsInDevelopment,
    /// Verified requests, but a connector without credentials: no answer could be sent.
    #[error("a bot that verifies its callers needs credentials for the connector")]
    NoCredentials,
}

impl BotBuilder {
    pub(super) fn new(authenticator: Authenticator, connector: ConnectorClient) -> Self {
        Self {
            authenticator,
            connector,
            routes: Routes::default(),
            invoke_deadline: INVOKE_DEADLINE,
            activity_deadline: ACTIVITY_DEADLINE,
            fallback: Handler(Arc::new(|_: &TurnContext| {
                InvokeResponse::message("Still working on it. Please look again in a moment.")
            })),
            limits: ParseLimits::default(),
            error: None,
        }
    }

    /// Handles messages, `Action.Submit` of cards included (they have a `value` and no text).
    #[must_use]
    pub fn on_message<H, Fut, E>(self, handler: H) -> Self
    where
        H: Fn(TurnContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<HandlerError>,
    {
        self.on_activity(ActivityType::Message, handler)
    }

    /// Handles the app being installed, upgraded or removed.
    #[must_use]
    pub fn on_installation_update<H, Fut, E>(self, handler: H) -> Self
    where
        H: Fn(TurnContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<HandlerError>,
    {
        self.on_activity(ActivityType::InstallationUpdate, handler)
    }

    /// Handles changes of members, names and channels.
    #[must_use]
    pub fn on_conversation_update<H, Fut, E>(self, handler: H) -> Self
    where
        H: Fn(TurnContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<HandlerError>,
    {
        self.on_activity(ActivityType::ConversationUpdate, handler)
    }

    /// Handles activities of any one type but invokes.
    #[must_use]
    pub fn on_activity<H, Fut, E>(mut self, kind: ActivityType, handler: H) -> Self
    where
        H: Fn(TurnContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<HandlerError>,
    {
        if kind == ActivityType::Invoke {
            return self.refuse(BuildError::InvokeAsActivity);
        }
        let name = kind.as_str().to_owned();
        match self.routes.activities.insert(kind, handler::activity(handler)) {
            Some(_) => self.refuse(BuildError::DuplicateActivity(name)),
            None => self,
        }
    }

    /// Handles activities of every type that has no handler of its own. Without it they are
    /// acknowledged and ignored, as the specification asks.
    #[must_use]
    pub fn on_unhandled<H, Fut, E>(mut self, handler: H) -> Self
    where
        H: Fn(TurnContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<HandlerError>,
    {
        match self.routes.unhandled.replace(handler::activity(handler)) {
            Some(_) => self.refuse(BuildError::DuplicateActivity("unhandled".to_owned())),
            None => self,
        }
    }

    /// Handles the card action with this verb.
    #[must_use]
    pub fn on_card_action<H, Fut, E>(mut self, verb: &str, handler: H) -> Self
    where
        H: Fn(TurnContext, CardAction) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<InvokeResponse, E>> + Send + 'static,
        E: Into<HandlerError>,
    {
        if verb.is_empty() {
            return self.refuse(BuildError::EmptyName);
        }
        match self.routes.verbs.insert(verb.to_owned(), handler::card(handler)) {
            Some(_) => self.refuse(BuildError::DuplicateVerb(verb.to_owned())),
            None => self,
        }
    }

    /// Handles the invoke with this name, such as `task/fetch`. Its answer is most often built
    /// with [`InvokeResponse::body`].
    #[must_use]
    pub fn on_invoke<H, Fut, E>(mut self, name: &str, handler: H) -> Self
    where
        H: Fn(TurnContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<InvokeResponse, E>> + Send + 'static,
        E: Into<HandlerError>,
    {
        if name.is_empty() {
            return self.refuse(BuildError::EmptyName);
        }
        match self.routes.invokes.insert(name.to_owned(), handler::invoke(handler)) {
            Some(_) => self.refuse(BuildError::DuplicateInvoke(name.to_owned())),
            None => self,
        }
    }

    /// Answers invokes with `fallback` when their handler takes longer than `deadline`, 4.5 s
    /// by default. The handler goes on; its answer is lost, so let it update the card.
    #[must_use]
    pub fn deadline<F>(mut self, deadline: Duration, fallback: F) -> Self
    where
        F: Fn(&TurnContext) -> InvokeResponse + Send + Sync + 'static,
    {
        self.invoke_deadline = deadline;
        self.fallback = Handler(Arc::new(fallback));
        self
    }

    /// Answers other activities with 504 when their handler takes longer than `deadline`, 14 s
    /// by default. The handler goes on. What is acknowledged has been handled: only an answer
    /// of 200 means that, and the channel may deliver again what got another.
    #[must_use]
    pub fn activity_deadline(mut self, deadline: Duration) -> Self {
        self.activity_deadline = deadline;
        self
    }

    /// Bounds on request bodies, 1 MiB by default.
    #[must_use]
    pub fn limits(mut self, limits: ParseLimits) -> Self {
        self.limits = limits;
        self
    }

    /// The bot.
    ///
    /// # Errors
    ///
    /// The first thing that does not fit together, see [`BuildError`].
    pub fn build(self) -> Result<Bot, BuildError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        if !self.routes.verbs.is_empty() && self.routes.invokes.contains_key(ADAPTIVE_CARD_ACTION) {
            return Err(BuildError::OverlappingCardActions);
        }
        let sane = |deadline: Duration| !deadline.is_zero() && deadline <= LONGEST_DEADLINE;
        if !sane(self.invoke_deadline) || !sane(self.activity_deadline) {
            return Err(BuildError::Deadline);
        }
        match (&self.authenticator, self.connector.is_anonymous()) {
            (Authenticator::Development(_), false) => {
                return Err(BuildError::CredentialsInDevelopment);
            }
            (Authenticator::Channel(_), true) => return Err(BuildError::NoCredentials),
            _ => {}
        }
        Ok(Bot::new(Inner {
            authenticator: self.authenticator,
            connector: self.connector,
            routes: self.routes,
            invoke_deadline: self.invoke_deadline,
            activity_deadline: self.activity_deadline,
            fallback: self.fallback,
            limits: self.limits,
            in_flight: InFlight::default(),
            tracker: tokio_util::task::TaskTracker::new(),
        }))
    }

    fn refuse(mut self, error: BuildError) -> Self {
        self.error.get_or_insert(error);
        self
    }
}
