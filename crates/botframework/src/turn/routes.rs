//! Which handler an activity belongs to.

use std::collections::HashMap;

use super::handler::{ActivityHandler, CardAction, CardHandler, InvokeHandler};
use crate::activity::{ADAPTIVE_CARD_ACTION, Activity, ActivityType};

/// All handlers of a bot.
#[derive(Debug, Default)]
pub(super) struct Routes {
    pub(super) activities: HashMap<ActivityType, ActivityHandler>,
    pub(super) unhandled: Option<ActivityHandler>,
    pub(super) invokes: HashMap<String, InvokeHandler>,
    pub(super) verbs: HashMap<String, CardHandler>,
}

/// What is to be done with an activity.
#[derive(Debug)]
pub(super) enum Route {
    Activity(ActivityHandler),
    Invoke(InvokeHandler),
    Card(CardHandler, Box<CardAction>),
    /// Nobody cares: acknowledge and ignore.
    Ignored,
    /// An invoke nobody cares for: acknowledge with an empty object. A 501 would show the user
    /// an error for what is often mere information.
    IgnoredInvoke,
    /// A card action whose value cannot be read.
    MalformedCardAction,
    /// A card action of a type that a card cannot be answered to, such as `Action.OpenUrl`.
    UnsupportedAction,
    /// A card action with a verb that has no handler: an old card, or a mistake.
    UnknownVerb,
}

impl Routes {
    pub(super) fn find(&self, activity: &Activity) -> Route {
        if activity.kind != ActivityType::Invoke {
            let handler = self.activities.get(&activity.kind).or(self.unhandled.as_ref());
            return handler.cloned().map_or(Route::Ignored, Route::Activity);
        }
        let name = activity.name.as_deref().unwrap_or_default();
        if let Some(handler) = self.invokes.get(name) {
            return Route::Invoke(handler.clone());
        }
        if name != ADAPTIVE_CARD_ACTION {
            return Route::IgnoredInvoke;
        }
        match activity.card_action() {
            Some(Ok(action)) if !action.is_supported() => Route::UnsupportedAction,
            Some(Ok(action)) => match self.verbs.get(action.verb()) {
                Some(handler) => Route::Card(handler.clone(), Box::new(action)),
                None => Route::UnknownVerb,
            },
            _ => Route::MalformedCardAction,
        }
    }
}
