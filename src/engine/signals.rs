//! Who has to look again after a commit.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use beckon_domain::ids::{AccountId, Address, AgentId, SessionId, TenantId};
use tokio::sync::{Notify, watch};

use super::Executed;
use crate::store::Class;

/// Something that a page can wait for.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Topic {
    /// An agent's inbox.
    Agent(TenantId, AgentId),
    /// A session: its messages and its phase.
    Session(TenantId, SessionId),
    /// A customer's conversation.
    Customer(TenantId, AccountId, Address),
    /// The feed of a tenant.
    Feed(TenantId),
}

/// Wakes tasks and pages. The store calls [`Signals::committed`] after each commit, on whatever
/// thread commits; nothing here blocks or waits.
#[derive(Debug, Default)]
pub struct Signals {
    pub(super) matcher: Notify,
    pub(super) timers: Notify,
    pub(super) cards: Bells,
    pub(super) effects: Bells,
    pub(super) follow_ups: Notify,
    pub(super) feed: Notify,
    pub(super) sweep: Notify,
    topics: Mutex<HashMap<Topic, watch::Sender<u64>>>,
}

/// One bell for those of each class.
#[derive(Debug, Default)]
pub(super) struct Bells {
    live: Notify,
    maintenance: Notify,
}

impl Bells {
    pub(super) fn of(&self, class: Class) -> &Notify {
        match class {
            Class::Live => &self.live,
            Class::Maintenance => &self.maintenance,
        }
    }
}

impl Signals {
    /// Tells everyone concerned that a command is durable.
    pub fn committed(&self, executed: &Executed) {
        let Some(tenant) = executed.tenant else { return };
        if executed.wakes.matcher {
            self.matcher.notify_one();
        }
        if executed.wakes.timers {
            self.timers.notify_one();
        }
        if executed.wakes.cards {
            self.cards.of(executed.class).notify_one();
        }
        if executed.wakes.effects {
            self.effects.of(executed.class).notify_one();
        }
        if executed.wakes.follow_ups {
            self.follow_ups.notify_one();
        }
        if executed.wakes.feed {
            self.feed.notify_one();
        }
        let topics = self.topics();
        if topics.is_empty() {
            return;
        }
        let raise = |topic: &Topic| {
            if let Some(sender) = topics.get(topic) {
                sender.send_modify(|version| *version += 1);
            }
        };
        for agent in &executed.agents {
            raise(&Topic::Agent(tenant, *agent));
        }
        if let Some(session) = executed.session {
            raise(&Topic::Session(tenant, session));
        }
        if let Some((account, address)) = &executed.customer {
            raise(&Topic::Customer(tenant, account.clone(), address.clone()));
        }
        if executed.wakes.feed {
            raise(&Topic::Feed(tenant));
        }
    }

    /// Tells those who follow a feed that events got their places.
    pub(super) fn fed(&self) {
        for (topic, sender) in &*self.topics() {
            if matches!(topic, Topic::Feed(_)) {
                sender.send_modify(|version| *version += 1);
            }
        }
    }

    /// Tells everyone that another node changed something: who waits looks again.
    pub fn changed_elsewhere(&self) {
        for task in [&self.matcher, &self.timers, &self.follow_ups, &self.feed] {
            task.notify_one();
        }
        for class in Class::ALL {
            self.cards.of(class).notify_one();
            self.effects.of(class).notify_one();
        }
        for sender in self.topics().values() {
            sender.send_modify(|version| *version += 1);
        }
    }

    /// Tells everyone that the clock was moved: what was to come may be due by now.
    pub fn clock_moved(&self) {
        self.sweep.notify_one();
        self.changed_elsewhere();
    }

    /// Starts to listen. Subscribe first, then read, then wait: nothing falls between.
    pub fn subscribe(self: &Arc<Self>, topic: Topic) -> Subscription {
        let receiver =
            self.topics().entry(topic.clone()).or_insert_with(|| watch::Sender::new(0)).subscribe();
        Subscription { signals: Arc::clone(self), topic, receiver }
    }

    fn topics(&self) -> MutexGuard<'_, HashMap<Topic, watch::Sender<u64>>> {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One listener. The topic is forgotten with its last listener.
#[derive(Debug)]
pub struct Subscription {
    signals: Arc<Signals>,
    topic: Topic,
    receiver: watch::Receiver<u64>,
}

impl Subscription {
    /// Waits until something changed since the last call.
    pub async fn changed(&mut self) {
        // The sender lives in the map as long as this subscription does.
        let _closed = self.receiver.changed().await;
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut topics = self.signals.topics();
        if topics.get(&self.topic).is_some_and(|sender| sender.receiver_count() <= 1) {
            topics.remove(&self.topic);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_topic_lives_as_long_as_its_listeners_and_news_reach_them_all() {
        let signals = Arc::new(Signals::default());
        let (tenant, agent) = (TenantId(Uuid::nil()), AgentId(Uuid::max()));
        let topic = Topic::Agent(tenant, agent);
        let mut first = signals.subscribe(topic.clone());
        let mut second = signals.subscribe(topic);
        assert!(first.changed().now_or_never().is_none());

        signals.committed(&Executed {
            tenant: Some(tenant),
            agents: vec![agent],
            ..Executed::default()
        });
        assert!(first.changed().now_or_never().is_some());
        assert!(second.changed().now_or_never().is_some());

        drop(first);
        assert_eq!(signals.topics().len(), 1);
        drop(second);
        assert!(signals.topics().is_empty());
    }
}
