//! The customer on the left: writes through the channel API and follows what comes back.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use beckon::clock::{Clock, SystemClock};
use serde::Serialize;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use crate::beckon_api::{ApiError, BeckonApi, ChannelMessage};
use crate::cast;

/// The pause after a failed or an empty answer that came at once.
const PAUSE: Duration = Duration::from_millis(500);

/// The customer as the page shows them.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct CustomerView {
    name: String,
    address: String,
    messages: Vec<MessageView>,
}

/// One bubble on the phone.
#[derive(Debug, Clone, Serialize)]
struct MessageView {
    id: String,
    from: &'static str,
    name: String,
    text: String,
    at: String,
}

impl CustomerView {
    fn of_turn(turn: usize) -> Self {
        let cast::Customer { name, address } = cast::customer(turn);
        Self { name, address, messages: Vec::new() }
    }
}

impl MessageView {
    /// The bubble of a message on `customer`'s phone.
    fn new(message: ChannelMessage, customer: &str) -> Self {
        let ChannelMessage { from, name, text, at, cursor } = message;
        let (from, name) = match from.as_str() {
            "customer" => ("me", customer.to_owned()),
            "agent" => ("agent", name.unwrap_or_default()),
            _ => ("system", String::new()),
        };
        Self { id: cursor, from, name, text, at }
    }
}

/// The customers, one at a time.
#[derive(Debug)]
pub(crate) struct Customers {
    api: BeckonApi,
    account: &'static str,
    view: watch::Sender<CustomerView>,
    stage: Mutex<Stage>,
}

/// Whose turn it is, and the task that follows their conversation, once they have written.
#[derive(Debug, Default)]
struct Stage {
    turn: usize,
    follower: Option<JoinHandle<()>>,
}

impl Customers {
    /// The first customer, who has not written yet. `account` is the channel they write to.
    pub(crate) fn new(api: BeckonApi, account: &'static str) -> Self {
        let view = watch::Sender::new(CustomerView::of_turn(0));
        Self { api, account, view, stage: Mutex::default() }
    }

    /// The channel API that they write through.
    pub(crate) fn api(&self) -> &BeckonApi {
        &self.api
    }

    /// Follows the current customer and every change of them.
    pub(crate) fn subscribe(&self) -> watch::Receiver<CustomerView> {
        self.view.subscribe()
    }

    /// Writes as the current customer.
    pub(crate) async fn write(&self, text: &str) -> Result<(), ApiError> {
        let CustomerView { name, address, .. } = self.view.borrow().clone();
        let id = SystemClock.new_id().to_string();
        self.api.write(self.account, (&name, &address), &id, text).await?;
        self.follow(address);
        Ok(())
    }

    /// The next customer takes the phone. The earlier one's session goes on without them.
    pub(crate) fn next(&self) {
        let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(follower) = stage.follower.take() {
            follower.abort();
        }
        stage.turn += 1;
        self.view.send_replace(CustomerView::of_turn(stage.turn));
    }

    /// Starts to follow the conversation, unless that is under way.
    fn follow(&self, address: String) {
        let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        let still_theirs = self.view.borrow().address == address;
        if stage.follower.is_none() && still_theirs {
            let (api, account, view) = (self.api.clone(), self.account, self.view.clone());
            stage.follower = Some(tokio::spawn(follow(api, account, address, view)));
        }
    }
}

impl Drop for Customers {
    fn drop(&mut self) {
        let stage = self.stage.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(follower) = stage.follower.take() {
            follower.abort();
        }
    }
}

/// Long-polls the channel for ever and appends what is new to the view.
async fn follow(
    api: BeckonApi,
    account: &'static str,
    address: String,
    view: watch::Sender<CustomerView>,
) {
    let mut cursor = None;
    loop {
        let asked = Instant::now();
        match api.read(account, &address, cursor.as_deref()).await {
            Ok(page) => {
                let news = page.messages;
                let idle = news.is_empty() && asked.elapsed() < PAUSE;
                cursor = page.cursor;
                view.send_if_modified(|view| append(view, &address, news));
                if idle {
                    sleep(PAUSE).await;
                }
            }
            Err(error) => {
                tracing::warn!(%error, "the customer's messages cannot be read");
                sleep(PAUSE).await;
            }
        }
    }
}

/// Whether anything was appended: nothing is when another customer has the phone by now.
fn append(view: &mut CustomerView, address: &str, news: Vec<ChannelMessage>) -> bool {
    if news.is_empty() || view.address != address {
        return false;
    }
    let CustomerView { name, messages, .. } = view;
    messages.extend(news.into_iter().map(|message| MessageView::new(message, name)));
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(from: &str, cursor: &str) -> ChannelMessage {
        ChannelMessage {
            from: from.into(),
            name: Some("Ada".into()),
            text: "T".into(),
            at: "2026-11-22T12:00:00Z".into(),
            cursor: cursor.into(),
        }
    }

    #[test]
    fn news_for_an_earlier_customer_are_dropped() {
        let mut view = CustomerView::of_turn(1);
        assert!(!append(&mut view, "grace", vec![message("agent", "1")]));
        assert!(append(&mut view, "katherine", vec![message("agent", "1")]));
        assert_eq!(view.messages.len(), 1);
    }

    #[test]
    fn every_author_has_a_side_and_a_name() {
        let view = |from| MessageView::new(message(from, "1"), "Grace");
        for (from, shown, name) in [
            ("customer", "me", "Grace"),
            ("agent", "agent", "Ada"),
            ("system", "system", ""),
            ("something new", "system", ""),
        ] {
            assert_eq!((view(from).from, view(from).name.as_str()), (shown, name));
        }
    }
}
