//! The activity parser: no panic, and what it reads it can write and read again.

#![no_main]

#[path = "../checks/botframework.rs"]
#[expect(dead_code, reason = "each target uses one check of the file")]
mod checks;

libfuzzer_sys::fuzz_target!(|input: &[u8]| checks::activity(input));
