//! What agents are doing when, as it is stored.

use beckon::store::{AgentHistory, Expired};
use beckon_domain::agent::{AgentState, Duty, StateChange, timeline};
use beckon_domain::command::{ActResult, Action, Command};
use jiff::{SignedDuration, Timestamp};

use super::history::AGENTS;
use super::node::Node;
use super::place::{Place, READ, TENANT, agent};

async fn history(node: &Node, number: u128, from: Timestamp, until: Timestamp) -> AgentHistory {
    node.store.agent_history(TENANT, agent(number), from, until, 10_000).await.unwrap()
}

async fn all(node: &Node, number: u128) -> Vec<StateChange> {
    history(node, number, Timestamp::MIN, Timestamp::MAX).await.changes
}

/// The states of all agents follow each other in time, and the last one is what they are doing.
pub(super) async fn true_of_all(node: &Node) {
    for number in 1..=AGENTS {
        let AgentHistory { agent, changes } =
            history(node, number, Timestamp::MIN, Timestamp::MAX).await;
        let agent = agent.expect("they installed the bot");
        assert!(changes.is_sorted_by(|one, two| one.at < two.at), "{changes:?}");
        assert_eq!(changes.last().copied(), agent.since, "{changes:?}");
        let state = agent.since.map(|since| since.state);
        assert_eq!(state, Some(agent.state(node.now())), "{agent:?}");
    }
}

fn pass(node: &Node, seconds: i64) {
    node.clock.pass(SignedDuration::from_secs(seconds));
}

pub(super) async fn what_agents_do_is_written_as_it_changes(place: Place) {
    use AgentState::{Acw, Available, Connected, OffDuty, Parked, Ringing};
    let node = place.open().await;
    node.install(1).await;
    let began = node.now();
    pass(&node, 3);
    let (session, _) = node.write(READ, "grace", "Hello?").await;
    let invitation = node.offer(session).await.unwrap();
    node.show(invitation).await;
    for (seconds, action) in [
        (5, Action::Accept),
        (20, Action::Park),
        (30, Action::Unpark),
        (40, Action::Terminate),
        (7, Action::Finish),
    ] {
        pass(&node, seconds);
        assert_eq!(node.act(invitation, agent(1), action).await, ActResult::Done, "{action:?}");
    }
    pass(&node, 60);
    let before = node.now();
    node.reply(Command::SetDuty { agent: agent(1), duty: Duty::Off }).await;
    pass(&node, 10);

    let (from, until) = (began, node.now());
    let changes = history(&node, 1, from, until).await.changes;
    let states = timeline(&changes, from, until);
    let told: Vec<_> =
        states.iter().map(|row| (row.state, row.to.duration_since(row.from).as_secs())).collect();
    let expected = [
        (Available, 3),
        (Ringing, 5),
        (Connected, 20),
        (Parked, 30),
        (Connected, 40),
        (Acw, 7),
        (Available, 60),
        (OffDuty, 10),
    ];
    assert_eq!(told, expected);

    // A span begins with what they were doing then, though it began earlier.
    let second = SignedDuration::from_secs(1);
    let changes = history(&node, 1, before - second, before).await.changes;
    assert_eq!(changes.iter().map(|change| change.state).collect::<Vec<_>>(), [Available]);
    let earlier = history(&node, 1, began - second - second, began).await.changes;
    assert_eq!(earlier, [], "nothing is known of the time before the first");
    let AgentHistory { agent: stranger, changes } = history(&node, 9, from, until).await;
    assert_eq!((stranger, changes), (None, vec![]));
    true_of(&node).await;
    node.stop().await;
}

/// The last state is the one that the agent's row says.
async fn true_of(node: &Node) {
    let known = history(node, 1, Timestamp::MIN, Timestamp::MAX).await;
    assert_eq!(known.changes.last().copied(), known.agent.and_then(|agent| agent.since));
}

pub(super) async fn what_agents_did_goes_by_age(place: Place) {
    let node = place.open().await;
    node.install(2).await;
    for _ in 0..3 {
        for duty in [Duty::Off, Duty::On] {
            pass(&node, 3600);
            node.reply(Command::SetDuty { agent: agent(1), duty }).await;
        }
    }
    let known = all(&node, 1).await;
    assert_eq!(known.len(), 7, "{known:?}");
    let others = all(&node, 2).await;
    let before = known[4].at + SignedDuration::from_secs(1);
    assert_eq!(node.store.expired(Expired::States(before)).await.unwrap(), 4);
    let gone = node.store.prune(Expired::States(before)).await.unwrap();
    assert_eq!((gone.rows, gone.count), (4, 4));
    assert_eq!(node.store.prune(Expired::States(before)).await.unwrap().rows, 0);
    assert_eq!(all(&node, 1).await, known[4..], "what they were doing at that time stays");
    assert_eq!(all(&node, 2).await, others, "their only one");
    node.stop().await;
}
