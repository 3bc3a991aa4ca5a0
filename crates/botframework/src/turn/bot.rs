//! The bot: runs turns, and stops when they are done.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::post;
use futures_util::FutureExt;
use tokio::time::error::Elapsed;
use tokio::time::{Instant, timeout_at};
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use ::http::StatusCode;

use super::answer::Answer;
use super::builder::BotBuilder;
use super::context::TurnContext;
use super::endpoint::receive;
use super::handler::{Fallback, HandlerError};
use super::inflight::{InFlight, Key, Landing, Part};
use super::invoke::InvokeResponse;
use super::proactive::Proactive;
use super::routes::{Route, Routes};
use crate::activity::{ADAPTIVE_CARD_ACTION, Activity, ActivityType, ParseLimits};
use crate::auth::Authenticator;
use crate::connector::ConnectorClient;
use crate::text::clean;

/// A bot: handlers, the guard in front of them, and the connector behind them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Bot {
    pub(super) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) authenticator: Authenticator,
    pub(super) connector: ConnectorClient,
    pub(super) routes: Routes,
    pub(super) invoke_deadline: Duration,
    pub(super) activity_deadline: Duration,
    pub(super) fallback: Fallback,
    pub(super) limits: ParseLimits,
    pub(super) in_flight: InFlight,
    pub(super) tracker: TaskTracker,
}

impl Bot {
    /// Starts to build a bot whose callers `authenticator` checks and that answers through
    /// `connector`.
    pub fn builder(authenticator: Authenticator, connector: ConnectorClient) -> BotBuilder {
        BotBuilder::new(authenticator, connector)
    }

    pub(super) fn new(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
    }

    /// The messaging endpoint: `POST /api/messages`.
    pub fn router(&self) -> Router {
        self.router_at("/api/messages")
    }

    /// The messaging endpoint at another path.
    pub fn router_at(&self, path: &str) -> Router {
        Router::new().route(path, post(receive)).with_state(self.clone())
    }

    /// Sends without being asked.
    pub fn proactive(&self) -> Proactive {
        Proactive::new(self.inner.connector.clone())
    }

    /// The connector of this bot.
    pub fn connector(&self) -> &ConnectorClient {
        &self.inner.connector
    }

    /// Takes no more turns (activities are answered 503, and the channel tries again; invokes hear
    /// that the bot restarts) and waits until those under way are done, handlers included whose caller has gone. Handlers that never
    /// end are waited for without end: put a timeout around it.
    pub async fn shutdown(&self) {
        self.inner.tracker.close();
        self.inner.tracker.wait().await;
    }

    /// Runs a turn for an authentic activity and answers in time.
    pub(super) async fn turn(&self, activity: Activity, received: Instant) -> Answer {
        let inner = &self.inner;
        // The token is held before the flag is read, so that a shutdown either sees this turn
        // or is seen by it.
        let _turn = inner.tracker.token();
        let is_invoke = activity.kind == ActivityType::Invoke;
        if inner.tracker.is_closed() {
            // The channel sends an activity again after a 503. An invoke has somebody waiting for
            // an answer, and a client takes a 503 for an app that is gone.
            return if is_invoke { restarting() } else { Answer::shutting_down() };
        }
        let limit = if is_invoke { inner.invoke_deadline } else { inner.activity_deadline };
        let answer_by = received + limit;
        let kind = kind_label(&activity.kind);
        let key = Key::of(&activity);
        let part = key.map(|key| inner.in_flight.enter(key));
        let context =
            TurnContext::new(activity, inner.connector.clone(), is_invoke.then_some(answer_by));
        let answer = match part {
            Some(Part::Join(answer)) => {
                metrics::counter!("botframework_turns_joined_total", "type" => kind).increment(1);
                tracing::info!("a repeated delivery joins the turn under way");
                timeout_at(answer_by, answer).await.map(Result::ok)
            }
            Some(Part::Lead(landing)) => self.lead(context.clone(), Some(landing), answer_by).await,
            None => self.lead(context.clone(), None, answer_by).await,
        };
        if let Ok(answer) = answer {
            return answer.unwrap_or_else(|| failure(&context));
        }
        metrics::counter!("botframework_turns_late_total", "type" => kind).increment(1);
        tracing::warn!(limit_ms = limit.as_millis() as u64, "the handler is late");
        if is_invoke { inner.fall_back(&context) } else { Answer::late() }
    }

    /// Runs the handler, for as long as it takes, and waits for its answer until `answer_by`.
    ///
    /// Most handlers of small bots are done without ever waiting; these run right here. One
    /// that waits becomes a task of its own: it survives the caller's disconnect and the
    /// deadline, and shutdown waits for it.
    async fn lead(
        &self,
        context: TurnContext,
        landing: Option<Landing>,
        answer_by: Instant,
    ) -> Result<Option<Answer>, Elapsed> {
        let inner = Arc::clone(&self.inner);
        let mut turn = async move {
            // A panic is caught here and not by the runtime, so that it is counted and answered
            // like any other failure.
            let run = AssertUnwindSafe(inner.run(&context)).catch_unwind();
            let answer = run.await.unwrap_or_else(|_| {
                tracing::error!("the handler panicked");
                let kind = kind_label(&context.activity().kind);
                metrics::counter!("botframework_turns_total", "type" => kind, "outcome" => "panic")
                    .increment(1);
                failure(&context)
            });
            if let Some(landing) = landing {
                landing.land(&answer);
            }
            answer
        }
        .boxed();
        // Polled once without a waker; the task polls it again at once, with its own.
        if let Some(answer) = (&mut turn).now_or_never() {
            return Ok(Some(answer));
        }
        let task = self.inner.tracker.spawn(turn.in_current_span());
        timeout_at(answer_by, task).await.map(Result::ok)
    }
}

impl Inner {
    /// The answer in place of a late handler; a panic in it must not cost the answer.
    fn fall_back(&self, context: &TurnContext) -> Answer {
        let Ok(response) = catch_unwind(AssertUnwindSafe(|| (self.fallback.0)(context))) else {
            tracing::error!("the fall-back panicked");
            return failure(context);
        };
        well_formed(context, &response)
    }

    async fn run(&self, context: &TurnContext) -> Answer {
        let kind = kind_label(&context.activity().kind);
        let started = Instant::now();
        let (answer, outcome) = match self.routes.find(context.activity()) {
            Route::Activity(handler) => match (handler.0)(context.clone()).await {
                Ok(()) => (Answer::done(), "ok"),
                Err(error) => (logged(context, &error), "error"),
            },
            Route::Invoke(handler) => invoked(context, (handler.0)(context.clone()).await),
            Route::Card(handler, action) => {
                let span = tracing::Span::current();
                if !span.is_disabled() {
                    span.record("verb", clean(action.verb(), 64));
                }
                invoked(context, (handler.0)(context.clone(), *action).await)
            }
            Route::Ignored => (Answer::done(), "ignored"),
            Route::IgnoredInvoke => (Answer::invoke(&InvokeResponse::acknowledged()), "ignored"),
            Route::MalformedCardAction => {
                (refused("BadRequest", "The card action cannot be read."), "refused")
            }
            Route::UnsupportedAction => {
                (refused("NotSupported", "Actions of this type are not known."), "refused")
            }
            Route::UnknownVerb => {
                (refused("NotSupported", "This action is not known (any more)."), "refused")
            }
        };
        metrics::counter!("botframework_turns_total", "type" => kind, "outcome" => outcome)
            .increment(1);
        metrics::histogram!("botframework_turn_seconds", "type" => kind).record(started.elapsed());
        answer
    }
}

fn invoked(
    context: &TurnContext,
    result: Result<InvokeResponse, HandlerError>,
) -> (Answer, &'static str) {
    match result {
        Ok(response) => (well_formed(context, &response), "ok"),
        Err(error) => (logged(context, &error), "error"),
    }
}

/// The answer to an invoke; to a card action never one that Teams takes for none.
fn well_formed(context: &TurnContext, response: &InvokeResponse) -> Answer {
    let is_card_action = context.activity().name.as_deref() == Some(ADAPTIVE_CARD_ACTION);
    if is_card_action && !response.answers_card_action() {
        tracing::error!("a card action was answered without status, type or value");
        return failure(context);
    }
    Answer::invoke(response)
}

fn logged(context: &TurnContext, error: &HandlerError) -> Answer {
    // A cause alone often says no more than that something could not be sent.
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    let cause = causes.map(ToString::to_string).collect::<Vec<_>>().join(": ");
    let cause = (!cause.is_empty()).then_some(cause);
    tracing::error!(%error, cause, "the handler failed");
    failure(context)
}

/// What a failed turn answers. Invokes must not answer 5xx: clients would show an unreachable
/// app and send the invoke again.
fn failure(context: &TurnContext) -> Answer {
    match context.activity().kind {
        ActivityType::Invoke => Answer::invoke(&InvokeResponse::internal_error()),
        _ => Answer::failed(),
    }
}

/// What an invoke hears that comes while the bot shuts down.
fn restarting() -> Answer {
    let message = "The bot is restarting. Nothing was changed; please try again.";
    Answer::invoke(&InvokeResponse::error(
        StatusCode::INTERNAL_SERVER_ERROR,
        "ServiceUnavailable",
        message,
    ))
}

fn refused(code: &str, message: &str) -> Answer {
    Answer::invoke(&InvokeResponse::error(StatusCode::BAD_REQUEST, code, message))
}

/// A label of bounded variety: the type comes from outside.
pub(super) fn kind_label(kind: &ActivityType) -> &'static str {
    match kind {
        ActivityType::Message => "message",
        ActivityType::MessageUpdate => "messageUpdate",
        ActivityType::MessageDelete => "messageDelete",
        ActivityType::MessageReaction => "messageReaction",
        ActivityType::ConversationUpdate => "conversationUpdate",
        ActivityType::InstallationUpdate => "installationUpdate",
        ActivityType::Invoke => "invoke",
        ActivityType::Event => "event",
        ActivityType::Typing => "typing",
        ActivityType::EndOfConversation => "endOfConversation",
        _ => "other",
    }
}
