//! What must hold for any template and any data: nothing hangs, overflows the
//! stack or panics, and an expansion leaves its template as it was. One file for
//! the fuzz target and for the test that replays the committed corpus.

use adaptive_card_template::{Clock, Context, Limits, Options, Randomness, Template};
use serde_json::{Value, json};

struct Fixed;

impl Clock for Fixed {
    fn now_millis(&self) -> i64 {
        1_700_000_000_000
    }
}

impl Randomness for Fixed {
    fn next_u64(&self) -> u64 {
        0x0123_4567_89ab_cdef
    }
}

/// Compiles and expands an input: the template's JSON, a zero byte and the
/// data's JSON. Where the template is no JSON, the text itself is taken for a
/// binding.
pub(crate) fn template(input: &[u8], limits: &Limits) {
    let text = String::from_utf8_lossy(input);
    let (template, data) = text.split_once('\0').unwrap_or((&text, "{}"));
    let template = serde_json::from_str(template)
        .unwrap_or_else(|_| json!({ "whole": format!("${{{template}}}"), "part": template }));
    let data: Value = serde_json::from_str(data).unwrap_or_default();
    for strict in [false, true] {
        let options = Options::default().with_strict(strict).with_limits(limits.clone());
        if let Ok(compiled) = Template::compile_with(&template, &options) {
            let context = Context::new(&data).with_clock(&Fixed).with_randomness(&Fixed);
            let first = compiled.expand_with_warnings(&context);
            let second = compiled.expand_with_warnings(&context);
            assert_eq!(first, second, "an expansion changed its template");
        }
    }
}
