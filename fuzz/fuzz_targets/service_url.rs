//! The service URL normaliser: no panic, stable, and true to the text.

#![no_main]

#[path = "../checks/botframework.rs"]
#[expect(dead_code, reason = "each target uses one check of the file")]
mod checks;

libfuzzer_sys::fuzz_target!(|input: &[u8]| checks::service_url(input));
