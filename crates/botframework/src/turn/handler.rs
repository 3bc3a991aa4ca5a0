//! Handlers of any type, behind one.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::context::TurnContext;
use super::invoke::InvokeResponse;
use crate::activity::AdaptiveCardInvokeValue;

/// What was clicked on a card, and how.
pub type CardAction = AdaptiveCardInvokeValue;

/// The error of any handler.
pub type HandlerError = Box<dyn Error + Send + Sync>;

/// Handles an activity that wants no answer.
pub(super) type ActivityHandler =
    Handler<dyn Fn(TurnContext) -> BoxFuture<'static, Result<(), HandlerError>> + Send + Sync>;

/// Handles an invoke.
pub(super) type InvokeHandler = Handler<
    dyn Fn(TurnContext) -> BoxFuture<'static, Result<InvokeResponse, HandlerError>> + Send + Sync,
>;

/// Handles a card action.
pub(super) type CardHandler = Handler<
    dyn Fn(TurnContext, CardAction) -> BoxFuture<'static, Result<InvokeResponse, HandlerError>>
        + Send
        + Sync,
>;

/// Answers in place of a handler that is late.
pub(super) type Fallback = Handler<dyn Fn(&TurnContext) -> InvokeResponse + Send + Sync>;

/// A shared function.
pub(super) struct Handler<F: ?Sized>(pub(super) Arc<F>);

impl<F: ?Sized> Clone for Handler<F> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<F: ?Sized> fmt::Debug for Handler<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handler")
    }
}

pub(super) fn activity<H, Fut, E>(handler: H) -> ActivityHandler
where
    H: Fn(TurnContext) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), E>> + Send + 'static,
    E: Into<HandlerError>,
{
    Handler(Arc::new(move |context| {
        handler(context).map(|result| result.map_err(Into::into)).boxed()
    }))
}

pub(super) fn invoke<H, Fut, E>(handler: H) -> InvokeHandler
where
    H: Fn(TurnContext) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<InvokeResponse, E>> + Send + 'static,
    E: Into<HandlerError>,
{
    Handler(Arc::new(move |context| {
        handler(context).map(|result| result.map_err(Into::into)).boxed()
    }))
}

pub(super) fn card<H, Fut, E>(handler: H) -> CardHandler
where
    H: Fn(TurnContext, CardAction) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<InvokeResponse, E>> + Send + 'static,
    E: Into<HandlerError>,
{
    Handler(Arc::new(move |context, action| {
        handler(context, action).map(|result| result.map_err(Into::into)).boxed()
    }))
}
