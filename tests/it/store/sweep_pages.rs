//! A sweep of many pages that two nodes share, one after the other (P6).

use beckon::engine::turn;
use beckon::store::SweepState;
use beckon_domain::command::{Command, FlowStep, Reply};
use beckon_domain::ids::SessionId;
use beckon_domain::session::Customer;
use futures_util::{StreamExt, stream};
use jiff::SignedDuration;
use jiff::civil::date;
use tokio_util::sync::CancellationToken;

use super::node::Node;
use super::place::{PUSHED, Place, TENANT};
use super::sweep::{ended, sweep};

/// Two pages, and some.
const MANY: usize = 1_100;
/// How many of them are begun, and looked at, at once.
const AT_ONCE: usize = 50;

/// Sessions that we began and customers answered, and that were then taken out of the queue: no limit
/// of open sessions, no window and no max wait governs them.
pub(super) async fn begin(node: &Node, many: usize) -> Vec<SessionId> {
    let begin = |number: usize| async move {
        let address = format!("c{number}");
        let session = SessionId(uuid::Uuid::from_u128(0x5e55_0000 + number as u128));
        let customer = Customer { address: address.as_str().into(), name: None };
        let outbound = Command::StartOutbound {
            account: PUSHED.into(),
            customer,
            text: "Your parcel is here.".to_owned(),
            new_session: session,
            window: SignedDuration::from_hours(1),
        };
        assert_eq!(node.reply(outbound).await, Reply::Stored { session, seq: 1 });
        assert_eq!(node.write(PUSHED, &address, "Thank you.").await, (session, 2));
        node.reply(Command::Flow { session, step: FlowStep::LeftQueue }).await;
        session
    };
    stream::iter((0..many).map(begin)).buffer_unordered(AT_ONCE).collect().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_stops_in_mid_run_leaves_the_rest_to_the_other() {
    let place = Place::postgres().await;
    let (one, two) = (place.open().await, place.open().await);
    sweep(&place, &one).await;
    let silent = begin(&one, MANY).await;
    place.clock.pass(SignedDuration::from_hours(48));
    let engines = [place.engine(&one), place.engine(&two)];

    let stop = CancellationToken::new();
    let seen = async {
        loop {
            let (state, _) = two.store.sweep(TENANT).await.unwrap().unwrap();
            if state.run.is_some_and(|run| run.after.is_some()) {
                return stop.cancel();
            }
        }
    };
    let (first, ()) = tokio::join!(turn::sweep(&engines[0], &stop), seen);
    first.unwrap();
    engines[0].release().await.unwrap();
    let (state, _) = two.store.sweep(TENANT).await.unwrap().unwrap();
    let run = state.run.expect("it was stopped in the middle");
    assert!(run.ended >= 500 && run.ended < MANY as u64, "{run:?}");

    let stop = CancellationToken::new();
    let (one_more, other) =
        tokio::join!(turn::sweep(&engines[0], &stop), turn::sweep(&engines[1], &stop));
    one_more.and(other).unwrap();
    let (state, _) = two.store.sweep(TENANT).await.unwrap().unwrap();
    assert_eq!(state, SweepState { done: date(2027, 1, 17), run: None });
    let ends = stream::iter(&silent).map(|session| ended(&two, *session));
    let ends: Vec<usize> = ends.buffer_unordered(AT_ONCE).collect().await;
    assert_eq!(ends, vec![1; MANY], "each ended, and once");
    for node in [one, two] {
        node.stop().await;
    }
}
