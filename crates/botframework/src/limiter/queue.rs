//! Requests that wait for a window of one tenant to open.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use tokio::sync::{Notify, oneshot};

use super::config::{Operation, Priority};
use super::tenant::{Ask, Context, Decision, Scope, Tenant};
use super::window::Moment;

/// Which windows a waiter waits for.
type Key = (Operation, Arc<str>);

/// One waiting request. Its caller gives up by dropping the other end of the channel.
#[derive(Debug)]
struct Waiter {
    /// Place in the queue: earlier numbers go first within their priority.
    ticket: u64,
    granted: oneshot::Sender<()>,
}

/// The waiters of one priority.
///
/// Every conversation with waiters stands in exactly one of `ready` and `delayed`, at the place
/// of its first waiter: a conversation whose windows are closed costs the others nothing.
#[derive(Debug, Default)]
struct Class {
    waiters: HashMap<Key, VecDeque<Waiter>>,
    ready: BTreeMap<u64, Key>,
    delayed: BTreeMap<(Moment, u64), Key>,
}

/// The waiting line of a tenant: two classes, each in order of arrival.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    classes: [Class; 2],
    next_ticket: u64,
    /// Wakes the driver when a look at the queue may find something to do earlier.
    pub(crate) changed: Arc<Notify>,
}

impl Queue {
    /// Adds a request at the end of its class.
    pub(crate) fn push(&mut self, ask: Ask<'_>) -> oneshot::Receiver<()> {
        let (granted, receiver) = oneshot::channel();
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        let class = &mut self.classes[ask.priority.index()];
        let key = (ask.operation, Arc::from(ask.conversation));
        let line = class.waiters.entry(key.clone()).or_default();
        if line.is_empty() {
            class.ready.insert(ticket, key);
        }
        line.push_back(Waiter { ticket, granted });
        receiver
    }

    /// Whether nobody waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.classes.iter().all(|class| class.waiters.is_empty())
    }

    /// Grants everything that may go now, interactive first, and says when to look again:
    /// `None` when nobody is left waiting.
    pub(crate) fn pump(
        &mut self,
        tenant: &mut Tenant,
        name: &str,
        context: Context<'_>,
    ) -> Option<Moment> {
        let mut next: Option<Moment> = None;
        for priority in Priority::ALL {
            let class = &mut self.classes[priority.index()];
            let closed_until = class.pump(priority, tenant, name, context);
            let delayed_until = class.delayed.first_key_value().map(|((until, _), _)| *until);
            next = [next, closed_until, delayed_until].into_iter().flatten().min();
        }
        next
    }
}

impl Class {
    /// Grants what may go; the moment the tenant opens again if it is closed for this class.
    fn pump(
        &mut self,
        priority: Priority,
        tenant: &mut Tenant,
        name: &str,
        context: Context<'_>,
    ) -> Option<Moment> {
        while let Some(entry) = self.delayed.first_entry() {
            let (until, ticket) = *entry.key();
            if until > context.now {
                break;
            }
            let key = entry.remove();
            self.ready.insert(ticket, key);
        }
        while let Some((ticket, key)) = self.ready.pop_first() {
            if self.drop_abandoned(&key) {
                continue;
            }
            let ask = Ask { tenant: name, conversation: &key.1, operation: key.0, priority };
            match tenant.decide(context, ask) {
                Decision::Granted => self.grant(&key),
                Decision::Wait { until, scope: Scope::Conversation } => {
                    self.delayed.insert((until, ticket), key);
                }
                Decision::Wait { until, scope: Scope::Tenant } => {
                    self.ready.insert(ticket, key);
                    return Some(until);
                }
            }
        }
        None
    }

    /// Drops waiters at the head of `key`'s line whose caller has gone. True if that changed
    /// the conversation's place, which is then already noted.
    fn drop_abandoned(&mut self, key: &Key) -> bool {
        let Some(line) = self.waiters.get_mut(key) else { return true };
        if line.front().is_some_and(|waiter| !waiter.granted.is_closed()) {
            return false;
        }
        while line.front().is_some_and(|waiter| waiter.granted.is_closed()) {
            line.pop_front();
        }
        self.place(key);
        true
    }

    fn grant(&mut self, key: &Key) {
        if let Some(waiter) = self.waiters.get_mut(key).and_then(VecDeque::pop_front) {
            // Fails only if the caller left within this very moment: its grant is spent, which
            // errs on the careful side.
            let _ = waiter.granted.send(());
        }
        self.place(key);
    }

    /// Puts the conversation at the place of its first waiter, or forgets it.
    fn place(&mut self, key: &Key) {
        match self.waiters.get(key).and_then(VecDeque::front) {
            Some(first) => {
                self.ready.insert(first.ticket, key.clone());
            }
            None => {
                self.waiters.remove(key);
            }
        }
    }
}
