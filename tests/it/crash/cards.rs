//! Each card on display against the state of its invitation.

use std::collections::BTreeMap;
use std::time::Duration;

use fake_teams::{ClickOutcome, Client, Entry, FakeTeams, Message, Person};
use serde_json::{Value, json};

use super::judge::Timeline;
use super::server::Server;

/// Within what time a card has to be true once nothing fails any more.
const IN_TIME: Duration = Duration::from_secs(10);

/// An invitation, as the events of its session tell it.
struct Told {
    agent: String,
    state: &'static str,
    /// Whether its card was on display for certain.
    delivered: bool,
    /// The platform refused its card for good: nothing can be said about it.
    given_up: bool,
}

/// What the card of a conversation that ended well says.
const RESULT: &str = "Handled";

/// How many cards are on display, and how many of them were strays: posted by a process that died
/// before it could note it. Such a card is not known until somebody acts on it; then it tells the
/// truth, and is kept true.
pub(super) async fn judge(
    server: &Server,
    sessions: &BTreeMap<String, Timeline>,
) -> (usize, usize) {
    let mut posted = posted(server);
    let (mut shown, mut strays) = (0, 0);
    let all = sessions.values().flat_map(|Timeline { customer, events }| {
        invitations(events).into_iter().map(move |(id, told)| (customer, id, told))
    });
    for (customer, invitation, told) in all.filter(|(_, _, told)| !told.given_up) {
        let people = &server.world.people;
        let person = people.iter().find(|person| person.id() == told.agent).expect("an agent");
        // A client that never clicked: it shows what everybody sees.
        let onlooker = person.client("onlooker");
        let teams = &server.world.teams;
        let tells =
            |id: &String| onlooker.message(id).is_ok_and(|message| says(&message, told.state));
        let mut messages = posted.get(&invitation).cloned().unwrap_or_default();
        let truthful = teams.wait_for("a true card", IN_TIME, |_| {
            (messages.is_empty() || messages.iter().any(tells)).then_some(())
        });
        let truthful = truthful.await.is_ok() && !messages.is_empty();
        // Only what was on display for certain has to be true: a post that was under way when its
        // invitation closed is a stray.
        if told.delivered && !truthful {
            messages.push(late(teams, &onlooker, customer, &told, &posted).await);
            posted.insert(invitation, messages.clone());
        }
        shown += messages.len();
        for stray in messages.iter().filter(|id| !tells(id)) {
            strays += 1;
            adopt(server, person, &onlooker, stray, told.state).await;
        }
    }
    (shown, strays)
}

/// The card of an invitation that was accepted in the console and was over before its card was
/// posted: such a card names the customer, and no invitation.
async fn late(
    teams: &FakeTeams,
    onlooker: &Client,
    customer: &str,
    told: &Told,
    posted: &BTreeMap<String, Vec<String>>,
) -> String {
    let fits = |message: &Message| {
        let text = message.words();
        text.contains(customer)
            && says(message, told.state)
            && !posted.values().flatten().any(|id| *id == message.id)
    };
    let found = teams.wait_for("a card", IN_TIME, |_| onlooker.messages().into_iter().find(fits));
    found.await.unwrap_or_else(|_| panic!("no card says {:?} about {customer}", told.state)).id
}

/// Acts on a stray: the answer is the truth, and so is, soon, what everybody sees.
async fn adopt(server: &Server, person: &Person, onlooker: &Client, id: &str, words: &str) {
    let actions = onlooker.message(id).unwrap().actions();
    let action = actions.iter().find(|name| *name != "Open chat").expect("something to click");
    let answer = person.client("late").click(id, action, json!({})).await.unwrap();
    let ClickOutcome::Card { card } = &answer.outcome else { panic!("{:?}", answer.outcome) };
    assert!(card.to_string().contains(words), "{card} does not say {words:?}");
    let teams = &server.world.teams;
    let repainted = teams.wait_for("the stray's update", IN_TIME, |_| {
        onlooker.message(id).is_ok_and(|card| says(&card, words)).then_some(())
    });
    repainted.await.expect("the stray is kept true from here on");
}

/// Whether a card says so. The card of the wrap-up has the words of the result, too, and is none.
fn says(card: &Message, words: &str) -> bool {
    card.words().contains(words) && (words != RESULT || !card.has_action("finish"))
}

/// The messages of each invitation's card.
fn posted(server: &Server) -> BTreeMap<String, Vec<String>> {
    let mut posted: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut note = |invitation: Option<&str>, message: Option<&str>| {
        let (Some(invitation), Some(message)) = (invitation, message) else { return };
        let messages = posted.entry(invitation.to_owned()).or_default();
        if !messages.iter().any(|known| known == message) {
            messages.push(message.to_owned());
        }
    };
    for entry in server.world.teams.record() {
        match entry {
            Entry::Call(call) => {
                let on_card = invitation_on(&call.body["attachments"][0]["content"]);
                match &*call.operation {
                    "sendToConversation" => note(on_card, call.answer["id"].as_str()),
                    "updateActivity" => note(on_card, call.path.rsplit('/').next()),
                    _ => {}
                }
            }
            // A click names both.
            Entry::Delivery(delivery) => {
                let clicked = &delivery.activity["value"]["action"]["data"]["invitation"];
                note(clicked.as_str(), delivery.activity["replyToId"].as_str());
            }
        }
    }
    // A post that was cut off may have had its effect all the same.
    for person in &server.world.people {
        for message in person.client("onlooker").messages() {
            note(message.card.as_ref().and_then(invitation_on), Some(&message.id));
        }
    }
    posted
}

/// The invitation that a card's actions name.
fn invitation_on(card: &Value) -> Option<&str> {
    let actions = card["actions"].as_array()?;
    actions.iter().find_map(|action| action["data"]["invitation"].as_str())
}

/// What the events tell about each invitation of a session.
fn invitations(events: &[Value]) -> BTreeMap<String, Told> {
    let mut told: BTreeMap<String, Told> = BTreeMap::new();
    for event in events {
        let Some(id) = event["invitation"].as_str() else { continue };
        let kind = event["event"].as_str().unwrap();
        if kind == "invitation_offered" {
            let agent = event["agent"].as_str().unwrap().to_owned();
            let fresh = Told { agent, state: "is waiting", delivered: false, given_up: false };
            told.insert(id.to_owned(), fresh);
        }
        let Some(invitation) = told.get_mut(id) else { panic!("{id} was never offered") };
        let by_customer = event["by"] == "customer";
        invitation.state = match kind {
            "invitation_accepted" => "You are in this conversation",
            "invitation_declined" => "You declined",
            "invitation_missed" => "You missed",
            "invitation_cancelled" if by_customer => "The customer left",
            "invitation_cancelled" | "invitation_undeliverable" => "withdrawn",
            "invitation_concluded" => RESULT,
            _ => invitation.state,
        };
        invitation.delivered |=
            matches!(kind, "invitation_delivered" | "invitation_accepted" | "invitation_missed");
        invitation.given_up |= kind == "card_given_up";
    }
    told
}
