//! The `Authorization` header and the token in it: no panic, nothing forged accepted.

#![no_main]

#[path = "../checks/botframework.rs"]
#[expect(dead_code, reason = "each target uses one check of the file")]
mod checks;

libfuzzer_sys::fuzz_target!(|input: &[u8]| checks::authorization(input));
