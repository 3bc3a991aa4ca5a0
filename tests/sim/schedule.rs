//! Who goes on: polls futures in an order that is left to chance. Nothing waits for real.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use crate::dice::Dice;

pub(crate) type Going = Pin<Box<dyn Future<Output = ()>>>;

/// More moments than any step takes: beyond it, something goes round in circles.
const ENDLESS: u32 = 200_000;

/// How it ended.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Ending {
    /// All are done.
    Done,
    /// They were cut off.
    Cut,
    /// They do not come to an end.
    Endless,
}

/// Lets these go on beside each other until all are done, or for `cut` moments.
pub(crate) fn together(mut going: Vec<Going>, dice: &mut Dice, cut: Option<u16>) -> Ending {
    let mut context = Context::from_waker(Waker::noop());
    for moment in 0..ENDLESS {
        if going.is_empty() {
            return Ending::Done;
        }
        if cut.is_some_and(|cut| moment >= u32::from(cut)) {
            return Ending::Cut;
        }
        let next = dice.below(going.len());
        if let Poll::Ready(()) = going[next].as_mut().poll(&mut context) {
            drop(going.swap_remove(next));
        }
    }
    Ending::Endless
}
