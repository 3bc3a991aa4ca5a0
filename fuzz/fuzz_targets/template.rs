//! Templates and data from anywhere must not hang, overflow the stack or
//! panic, with the limits and on a stack as a service has them:
//! `cargo +nightly fuzz run template`.

#![no_main]

use std::thread;

use adaptive_card_template::Limits;
use libfuzzer_sys::fuzz_target;

#[path = "../checks/template.rs"]
mod checks;

/// What a thread of a Rust program has unless it asks for more.
const STACK: usize = 2 << 20;

fuzz_target!(|input: &[u8]| {
    thread::scope(|scope| {
        let check = || checks::template(input, &Limits::default());
        let worker = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, check);
        worker.expect("a thread").join().expect("no panic");
    });
});
