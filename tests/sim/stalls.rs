//! A node is stopped at each moment of its work on a lane, for longer than its lease: what it does
//! when it goes on must not come beside what the new owner of the lane does.

use std::task::{Context, Waker};

use crate::dice::Dice;
use crate::history::Task;
use crate::schedule::{Going, together};
use crate::world::World;

/// More moments than the work on one message has.
const MOMENTS: usize = 24;

fn poll(going: &mut Vec<Going>, moments: usize) {
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..moments {
        going.retain_mut(|future| future.as_mut().poll(&mut context).is_pending());
    }
}

fn finish(going: Vec<Going>) {
    together(going, &mut Dice::new(1), None);
}

#[test]
fn a_node_that_was_stopped_does_not_send_beside_the_new_owner() {
    let mut overtaken = 0;
    for stopped_after in 0..MOMENTS {
        for ahead in 0..MOMENTS {
            let mut world = World::new(1);
            // The greeting has to be pushed to the customer.
            finish(world.begin(Task::Write { place: 0, customer: 0 }));
            let (mut old, mut new) = (world.begin(Task::Lanes(0)), world.begin(Task::Lanes(1)));
            poll(&mut old, stopped_after);
            world.pass(61);
            poll(&mut new, ahead);
            let under_way = !old.is_empty() && !new.is_empty();
            finish(old);
            finish(new);
            let outside = world.outside.lock();
            let at = format!("stopped after {stopped_after} moments, the other {ahead} ahead");
            assert_eq!(outside.broken, None, "{at}");
            assert_eq!(outside.consumer.received.len(), 1, "it arrives, {at}");
            overtaken += usize::from(under_way && outside.consumer.claims() > 1);
        }
    }
    assert!(overtaken > 20, "the other took the lane over {overtaken} times");
}
