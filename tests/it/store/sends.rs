//! Several nodes share what may be sent to a tenant: only where there can be several.

use std::sync::Arc;
use std::time::Duration;

use beckon::budget::SharedBudget;
use beckon::store::SendBudget;
use beckon::store::sends::{SendLimits, SendsGiven, SendsWanted};
use botframework::limiter::{Ask, Limiter, LimiterConfig, Operation, Priority};
use futures_util::future::join_all;

use super::node::Node;
use super::place::Place;

const LIMITS: SendLimits =
    SendLimits { total: 30, background: 21, window: Duration::from_millis(1050) };
const LASTS: Duration = Duration::from_millis(150);

fn wanted(interactive: u32, background: u32) -> SendsWanted {
    SendsWanted { interactive, background, lasts: LASTS }
}

async fn two_nodes() -> ([Node; 2], [Arc<dyn SendBudget>; 2]) {
    let place = Place::postgres().await;
    let nodes = [place.open().await, place.open().await];
    let budgets = [&nodes[0], &nodes[1]].map(|node| node.store.send_budget().expect("shared"));
    (nodes, budgets)
}

async fn stop(nodes: [Node; 2]) {
    for node in nodes {
        node.stop().await;
    }
}

/// Counted by the clock of the database, which says when each slice was given.
#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_take_as_fast_as_they_can_get_no_more_than_the_limit() {
    let (nodes, budgets) = two_nodes().await;
    let take = |budget: Arc<dyn SendBudget>| async move {
        let mut given: Vec<SendsGiven> = Vec::new();
        for round in 0..120 {
            let wanted = wanted(round % 4, 3);
            given.push(budget.take("flooded", LIMITS, wanted).await.unwrap());
        }
        given
    };
    let floods = budgets.iter().chain(&budgets).map(|budget| take(Arc::clone(budget)));
    let mut given: Vec<SendsGiven> = join_all(floods).await.concat();
    given.sort_by_key(|given| given.at);
    let counts = LASTS + LIMITS.window;
    for (place, first) in given.iter().enumerate() {
        let within = given[place..].iter().take_while(|later| later.at < first.at + counts);
        let (mut all, mut background) = (0, 0);
        for later in within {
            all += later.interactive.sends + later.background.sends;
            background += later.background.sends;
        }
        assert!(all <= LIMITS.total, "{all} within a window");
        assert!(background <= LIMITS.background, "{background} in the background");
    }
    let all: u32 = given.iter().map(|one| one.interactive.sends + one.background.sends).sum();
    assert!(all >= LIMITS.total, "the flood reached the limit: {all}");
    let other = budgets[0].take("other", LIMITS, wanted(5, 5)).await.unwrap();
    assert_eq!((other.interactive.sends, other.background.sends), (5, 5), "no other is slowed");
    stop(nodes).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_node_is_told_by_the_platform_holds_all() {
    let (nodes, budgets) = two_nodes().await;
    let config = LimiterConfig::default();
    let grants = SharedBudget::new(Arc::clone(&budgets[0]), &config);
    let limiter = Limiter::with_grants(config, Arc::new(grants)).unwrap();
    let ask = |tenant, conversation| {
        let (operation, priority) = (Operation::Send, Priority::Interactive);
        Ask { tenant, conversation, operation, priority }
    };
    limiter.acquire(ask("tenant", "a")).await;
    for conversation in ["a", "b"] {
        limiter.throttled(ask("tenant", conversation), Duration::from_mins(15));
    }
    let told = async {
        loop {
            let given = budgets[1].take("tenant", LIMITS, wanted(1, 1)).await.unwrap();
            if given.interactive.wait > Duration::from_mins(5) {
                return given;
            }
        }
    };
    let given = tokio::time::timeout(Duration::from_secs(20), told).await.expect("it is told");
    assert_eq!((given.interactive.sends, given.background.sends), (0, 0));
    let other = budgets[1].take("other", LIMITS, wanted(1, 0)).await.unwrap();
    assert_eq!(other.interactive.sends, 1);
    stop(nodes).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_node_alone_counts_for_itself() {
    let node = Place::sqlite().await.open().await;
    assert!(node.store.send_budget().is_none());
    node.stop().await;
}
