//! The judgement, from outside: every acknowledged message once and in order, one outcome for each
//! session, each card equal to its state.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};

use super::cards;
use super::consumer::{Consumer, Received};
use super::server::Server;

/// How long the channel's program may have to wait for what is still on its way: more than a
/// stumbling receiver is left alone for.
const ON_ITS_WAY: Duration = Duration::from_secs(45);

/// A message whose sender was told that it is kept.
#[derive(Clone, Debug)]
pub(super) struct Acknowledged {
    pub(super) address: String,
    pub(super) session: String,
    pub(super) seq: u64,
    pub(super) text: String,
}

/// Judges a world in which everything has come to its end. `deaths` is how often the process died.
/// Gives what was looked at, in figures.
pub(super) async fn judge(
    server: &Server,
    consumer: &Consumer,
    acknowledged: &[Acknowledged],
    deaths: usize,
) -> String {
    let (mut pushed, mut sessions, mut count) = (Vec::new(), BTreeMap::new(), 0);
    let addresses: BTreeSet<&str> = acknowledged.iter().map(|row| &*row.address).collect();
    for address in addresses {
        let kept = conversation(server, address).await;
        count += kept.len();
        assert_kept(acknowledged.iter().filter(|row| row.address == address), &kept);
        for row in &kept {
            if !sessions.contains_key(&row.session) {
                sessions.insert(row.session.clone(), timeline(server, &row.session).await);
            }
        }
        pushed.extend(kept.into_iter().filter(|row| row.from != "customer"));
    }
    pushed.retain(|row| !undelivered(&sessions[&row.session].events, row.seq));
    let outcomes: BTreeMap<&str, &str> = sessions
        .iter()
        .map(|(id, told)| (&**id, one(&told.events, "session_ended")["outcome"].as_str().unwrap()))
        .collect();
    received(consumer, &pushed, &outcomes).await;
    let (shown, strays) = cards::judge(server, &sessions).await;
    assert!(strays <= deaths, "{strays} stray cards after {deaths} deaths");
    format!(
        "{} sessions, {count} messages kept, {} pushed, {shown} cards of which {strays} strays",
        sessions.len(),
        pushed.len(),
    )
}

/// A message as the channel API shows it.
struct Kept {
    session: String,
    seq: u64,
    from: String,
    text: String,
    address: String,
}

async fn conversation(server: &Server, address: &str) -> Vec<Kept> {
    let (mut kept, mut after) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/channels/website/messages?address={address}{after}");
        let answer = server.get(&path, &server.world.keys.integration).await;
        let page = answer["messages"].as_array().unwrap();
        if page.is_empty() {
            return kept;
        }
        kept.extend(page.iter().map(|row| Kept {
            session: row["session"].as_str().unwrap().to_owned(),
            seq: row["seq"].as_u64().unwrap(),
            from: row["from"].as_str().unwrap().to_owned(),
            text: row["text"].as_str().unwrap().to_owned(),
            address: address.to_owned(),
        }));
        after = format!("&after={}", answer["cursor"].as_str().unwrap());
    }
}

/// What was acknowledged is kept, where it was said to be, and once; places have no gaps.
fn assert_kept<'a>(acknowledged: impl Iterator<Item = &'a Acknowledged>, kept: &[Kept]) {
    let mut places: BTreeMap<&str, u64> = BTreeMap::new();
    let mut texts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in kept {
        let place = places.entry(&row.session).or_default();
        assert_eq!(row.seq, *place + 1, "the places of {} have a gap", row.session);
        *place = row.seq;
        if row.from != "system" {
            *texts.entry(&row.text).or_default() += 1;
        }
    }
    assert!(texts.values().all(|count| *count == 1), "kept twice: {texts:?}");
    for wanted in acknowledged {
        let found =
            kept.iter().find(|row| (&row.session, row.seq) == (&wanted.session, wanted.seq));
        assert_eq!(found.map(|row| &row.text), Some(&wanted.text), "{wanted:?} is lost");
    }
}

/// A session that is over.
pub(super) struct Timeline {
    pub(super) customer: String,
    /// What happened, in order.
    pub(super) events: Vec<Value>,
}

async fn timeline(server: &Server, session: &str) -> Timeline {
    let path = format!("/api/v1/sessions/{session}");
    let answer = server.get(&path, &server.world.keys.admin).await;
    assert_eq!(answer["session"]["phase"]["phase"], "ended", "{answer}");
    let events = answer["events"].as_array().unwrap().clone();
    for (event, seq) in events.iter().zip(1_u64..) {
        assert_eq!(event["seq"], json!(seq), "a gap in {events:?}");
    }
    let customer = answer["session"]["customer"]["address"].as_str().unwrap().to_owned();
    Timeline { customer, events }
}

/// The one event of this kind.
fn one<'e>(events: &'e [Value], kind: &str) -> &'e Value {
    let found: Vec<&Value> = events.iter().filter(|event| event["event"] == kind).collect();
    assert_eq!(found.len(), 1, "{kind} in {events:?}");
    found[0]
}

fn undelivered(events: &[Value], seq: u64) -> bool {
    let of_it = |event: &&Value| event["message"] == json!(seq);
    let told = events.iter().filter(|event| event["event"] == "message_undelivered");
    told.filter(of_it).count() == 1
}

/// What the channel's program received is what was to be pushed: all of it, in order, and one
/// notice for each session with the outcome that the session has.
async fn received(consumer: &Consumer, pushed: &[Kept], outcomes: &BTreeMap<&str, &str>) {
    let (messages, ended) = consumer
        .received(ON_ITS_WAY, |messages, ended| {
            messages.len() >= pushed.len() && ended.len() >= outcomes.len()
        })
        .await;
    let mut by_address: BTreeMap<&str, Vec<&Received>> = BTreeMap::new();
    for row in &messages {
        by_address.entry(&row.address).or_default().push(row);
    }
    let mut wanted: BTreeMap<&str, Vec<(&str, u64, &str)>> = BTreeMap::new();
    for row in pushed {
        wanted.entry(&row.address).or_default().push((&row.session, row.seq, &row.text));
    }
    let came: BTreeMap<&str, Vec<(&str, u64, &str)>> = by_address
        .into_iter()
        .map(|(address, rows)| {
            (address, rows.into_iter().map(|row| (&*row.session, row.seq, &*row.text)).collect())
        })
        .collect();
    assert_eq!(came, wanted, "what the program received against what was to be pushed");
    let mut told: Vec<(&str, &str)> =
        ended.iter().map(|(session, outcome)| (&**session, &**outcome)).collect();
    told.sort_unstable();
    let outcomes: Vec<(&str, &str)> =
        outcomes.iter().map(|(id, outcome)| (*id, *outcome)).collect();
    assert_eq!(told, outcomes, "one outcome for each session");
}
