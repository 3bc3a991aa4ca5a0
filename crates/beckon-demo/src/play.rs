//! Playing a day: its sessions one after the other, through the same doors as everybody: customers
//! by the channel API, agents by their clients of Teams.

use std::time::Duration;

use beckon::store::StoreError;
use fake_teams::{ConversationKind, FakeTeams, Person};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::beckon_api::{ApiError, BeckonApi};
use crate::passing::Passing;
use crate::script::{Plot, Scene};

/// How long the players wait for what should come at once.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a day could not be played to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PlayError {
    /// Beckon refused a customer, or is away.
    #[error(transparent)]
    Beckon(#[from] ApiError),
    /// An agent waited for a card in vain, or could not press it.
    #[error(transparent)]
    Teams(#[from] fake_teams::Error),
    /// It cannot be seen what is due.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Who plays.
#[derive(Debug)]
pub(crate) struct Players<'a> {
    pub(crate) api: &'a BeckonApi,
    pub(crate) teams: &'a FakeTeams,
    pub(crate) agents: Vec<Person>,
    pub(crate) passing: &'a Passing,
}

impl Players<'_> {
    /// Plays one session of the day that begins at `morning`.
    ///
    /// # Errors
    /// [`PlayError`]; the session stands as it is then.
    pub(crate) async fn play(&self, morning: Timestamp, scene: &Scene) -> Result<(), PlayError> {
        let Scene { after, account, customer, plot } = scene;
        self.passing.until(morning + *after).await?;
        // A customer of another day is another one.
        let address = format!("{}/{customer}", morning.as_second());
        let text = "Hello, can you help me?";
        let session = self.api.write(account.id, (customer, &address), "1", text).await?.session;
        self.passing.by(SignedDuration::ZERO).await?;
        match *plot {
            Plot::Answered(wait, minutes) => {
                let agent = self.rung(customer, None).await?;
                self.talk(agent, customer, wait).await?;
                self.end(agent, customer, minutes).await
            }
            Plot::Declined(wait, minutes) => {
                let first = self.rung(customer, None).await?;
                self.press(first, customer, "decline").await?;
                let second = self.rung(customer, Some(first)).await?;
                self.talk(second, customer, wait).await?;
                self.end(second, customer, minutes).await
            }
            Plot::Missed(wait, minutes) => {
                let first = self.rung(customer, None).await?;
                // The demo's ring time, and a moment.
                let ring = i64::from(crate::product::RING_SECONDS) + 1;
                self.passing.by(SignedDuration::from_secs(ring)).await?;
                let second = self.rung(customer, Some(first)).await?;
                self.talk(second, customer, wait).await?;
                self.end(second, customer, minutes).await
            }
            Plot::Left(wait) => {
                self.passing.by(seconds(wait)).await?;
                Ok(self.api.leave(account.id, &session).await?)
            }
            // The next scene begins when the longest wait is over.
            Plot::NobodyCame => Ok(()),
            Plot::Forgotten(wait) => {
                let agent = self.rung(customer, None).await?;
                self.talk(agent, customer, wait).await
            }
        }
    }

    /// The agent whose card offers this customer; not `but`.
    async fn rung(&self, customer: &str, but: Option<&Person>) -> Result<&Person, PlayError> {
        let who = format!("an agent for {customer}");
        let rings = |person: &&Person| {
            let offered = card(person, customer, "accept").is_some();
            offered && but.is_none_or(|but| but.id() != person.id())
        };
        let find =
            |_: &FakeTeams| self.agents.iter().find(rings).map(|person| person.id().to_owned());
        let id = self.teams.wait_for(&who, PATIENCE, find).await?;
        let agent = self.agents.iter().find(|person| person.id() == id);
        Ok(agent.ok_or(fake_teams::Error::NoPerson(id))?)
    }

    /// Lets it ring for so long, accepts, and answers in the room.
    async fn talk(&self, agent: &Person, customer: &str, wait: u16) -> Result<(), PlayError> {
        self.passing.by(seconds(wait)).await?;
        self.press(agent, customer, "accept").await?;
        let room = agent.wait_for_chat(|chat| {
            let named = chat.topic.as_ref().is_some_and(|topic| topic.contains(customer));
            chat.kind == ConversationKind::GroupChat && named
        });
        let room = room.await?;
        self.passing.by(seconds(wait / 2 + 5)).await?;
        agent.say_in(&room.id, "Good day, of course. One moment, please.").await?;
        Ok(())
    }

    /// Lets them talk for so long, ends the conversation and its wrap-up.
    async fn end(&self, agent: &Person, customer: &str, minutes: u16) -> Result<(), PlayError> {
        self.passing.by(SignedDuration::from_mins(minutes.into())).await?;
        self.press(agent, customer, "terminate").await?;
        self.passing.by(SignedDuration::from_secs(10)).await?;
        self.press(agent, customer, "finish").await
    }

    /// Presses a button of the card in the chat with the bot, once it is there.
    async fn press(&self, agent: &Person, customer: &str, verb: &str) -> Result<(), PlayError> {
        let what = format!("a card to {verb} for {customer}");
        let id = self.teams.wait_for(&what, PATIENCE, |_| card(agent, customer, verb)).await?;
        agent.click(&id, verb, json!({})).await?;
        Ok(())
    }
}

/// The message of an agent's chat with the bot whose card offers this for the customer.
fn card(agent: &Person, customer: &str, verb: &str) -> Option<String> {
    let messages = agent.messages().into_iter().rev();
    let mut own =
        messages.filter(|message| message.conversation == agent.chat() && !message.deleted);
    own.find(|message| message.has_action(verb) && message.words().contains(customer))
        .map(|message| message.id)
}

fn seconds(count: u16) -> SignedDuration {
    SignedDuration::from_secs(count.into())
}
