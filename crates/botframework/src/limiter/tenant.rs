//! Everything known about one tenant, and the decision itself.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use foldhash::fast::RandomState;

use super::config::{Operation, Priority, Rules};
use super::grants::TenantGrants;
use super::queue::Queue;
use super::window::{GrantLog, Moment};

/// Two conversations throttled within this span mean that the tenant is throttled.
const TENANT_SUSPICION: Duration = Duration::from_secs(1);

/// Shortest pause before a [`TenantGrants`] is asked again: a refusal without a future moment
/// must not turn the queue into a busy loop.
const ASK_AGAIN: Duration = Duration::from_millis(1);

/// Pause after a [`TenantGrants`] has panicked.
const AFTER_PANIC: Duration = Duration::from_secs(1);

/// What is asked for: one call of a kind, in one conversation of one tenant.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// Entra tenant id; an empty string where none is known (all those share one budget).
    pub tenant: &'a str,
    /// Conversation id; for [`Operation::Create`] the member or channel it is created with.
    pub conversation: &'a str,
    /// Which windows count.
    pub operation: Operation,
    /// Whether somebody waits for it.
    pub priority: Priority,
}

/// The answer of the decision core.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Go now; the request is counted in every window.
    Granted,
    /// Not yet; nothing was counted in any window.
    Wait {
        /// The earliest moment at which the answer can differ.
        until: Moment,
        /// Whose window is full.
        scope: Scope,
    },
}

/// Whose window holds a request back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The conversation's: others of the tenant may go.
    Conversation,
    /// The tenant's.
    Tenant,
}

#[derive(Debug, Default)]
struct Conversation {
    log: GrantLog,
    paused_until: Moment,
}

/// What every decision needs beside the state.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) rules: &'a Rules,
    /// Where the tenant's budget comes from; `None` keeps it here.
    pub(crate) grants: Option<&'a dyn TenantGrants>,
    pub(crate) now: Moment,
}

/// State of one tenant: always used under the lock of its shard, so a grant takes from all
/// windows or from none.
#[derive(Debug, Default)]
pub(crate) struct Tenant {
    conversations: [HashMap<Box<str>, Conversation, RandomState>; Operation::COUNT],
    log: GrantLog,
    paused_until: Moment,
    last_throttled: Option<(Box<str>, Moment)>,
    /// Requests that wait; none most of the time.
    pub(crate) queue: Option<Box<Queue>>,
}

impl Tenant {
    /// Decides one request, and counts it if it may go.
    pub(crate) fn decide(&mut self, context: Context<'_>, ask: Ask<'_>) -> Decision {
        let Context { rules, grants, now } = context;
        let conversations = &mut self.conversations[ask.operation.index()];
        let mut known = conversations.get_mut(ask.conversation);
        if let Some(conversation) = &known {
            let free = conversation.log.next_free(rules.conversation(ask.operation));
            let until = free.max(conversation.paused_until);
            if until > now {
                return Decision::Wait { until, scope: Scope::Conversation };
            }
        }
        let until = self.paused_until.max(match grants {
            Some(_) => Moment::default(),
            None => self.log.next_free(rules.tenant(ask.priority)),
        });
        if until > now {
            return Decision::Wait { until, scope: Scope::Tenant };
        }
        match grants {
            Some(grants) => {
                let take = || grants.try_take(ask.tenant, ask.priority, now);
                // A panic is no grant, and must not take the line of the tenant with it.
                let taken = catch_unwind(AssertUnwindSafe(take)).unwrap_or_else(|_| {
                    tracing::error!("the tenant's grants panicked");
                    Err(now.after(AFTER_PANIC))
                });
                if let Err(until) = taken {
                    let until = until.max(now.after(ASK_AGAIN));
                    return Decision::Wait { until, scope: Scope::Tenant };
                }
            }
            None => self.log.record(now, rules.tenant_horizon),
        }
        let conversation = match &mut known {
            Some(conversation) => conversation,
            None => conversations.entry(ask.conversation.into()).or_default(),
        };
        conversation.log.record(now, rules.horizon);
        Decision::Granted
    }

    /// The earliest moment at which the request could go if nobody else asked; takes nothing.
    /// What a [`TenantGrants`] would say is not known without taking.
    pub(crate) fn earliest(&self, rules: &Rules, keeps_budget: bool, ask: Ask<'_>) -> Moment {
        let conversation = self.conversations[ask.operation.index()].get(ask.conversation);
        let conversation = conversation.map_or(Moment::default(), |known| {
            known.log.next_free(rules.conversation(ask.operation)).max(known.paused_until)
        });
        let tenant = if keeps_budget {
            self.log.next_free(rules.tenant(ask.priority))
        } else {
            Moment::default()
        };
        conversation.max(tenant).max(self.paused_until)
    }

    /// Teams answered 429: holds the conversation until `until`, and the whole tenant if another
    /// conversation of it was throttled a moment ago. Says whether the tenant is held.
    pub(crate) fn throttled(&mut self, ask: Ask<'_>, now: Moment, until: Moment) -> bool {
        let conversation =
            self.conversations[ask.operation.index()].entry(ask.conversation.into()).or_default();
        conversation.paused_until = conversation.paused_until.max(until);
        let widespread = self.last_throttled.as_ref().is_some_and(|(other, at)| {
            **other != *ask.conversation && now.since(*at) <= TENANT_SUSPICION
        });
        self.last_throttled = Some((ask.conversation.into(), now));
        if widespread {
            self.paused_until = self.paused_until.max(until);
        }
        widespread
    }

    /// Forgets what no window can see any more; true if nothing is left to remember.
    pub(crate) fn sweep(&mut self, rules: &Rules, now: Moment) -> bool {
        for conversations in &mut self.conversations {
            conversations.retain(|_, conversation| {
                conversation.log.forget(now, rules.horizon);
                conversation.log.shrink();
                !conversation.log.is_empty() || conversation.paused_until > now
            });
            conversations.shrink_to(conversations.len().saturating_mul(2));
        }
        self.log.forget(now, rules.tenant_horizon);
        if self.last_throttled.as_ref().is_some_and(|(_, at)| now.since(*at) > TENANT_SUSPICION) {
            self.last_throttled = None;
        }
        self.tracked() == 0
            && self.log.is_empty()
            && self.paused_until <= now
            && self.last_throttled.is_none()
            && self.queue.is_none()
    }

    /// Conversations remembered.
    pub(crate) fn tracked(&self) -> usize {
        self.conversations.iter().map(HashMap::len).sum()
    }
}

#[cfg(test)]
mod tests;
