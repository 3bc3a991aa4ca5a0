//! What the fuzzer starts from, replayed without a fuzzer: nothing panics, and
//! an expansion leaves its template as it was.

use std::fs;
use std::path::Path;

use adaptive_card_template::{Context, Limits, Options, Template};
use serde_json::{Value, json};

fn replay(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let (template, data) = text.split_once('\0').unwrap_or((&text, "{}"));
    let template = serde_json::from_str(template)
        .unwrap_or_else(|_| json!({ "whole": format!("${{{template}}}"), "part": template }));
    let data: Value = serde_json::from_str(data).unwrap_or_default();
    let limits = Limits::default().with_max_steps(4_000).with_max_output(1 << 17);
    for strict in [false, true] {
        let options = Options::default().with_strict(strict).with_limits(limits.clone());
        if let Ok(compiled) = Template::compile_with(&template, &options) {
            let context = Context::new(&data);
            let first = compiled.expand_with_warnings(&context);
            assert_eq!(first, compiled.expand_with_warnings(&context));
        }
    }
}

#[test]
fn the_corpus_replays() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/template");
    let mut count = 0;
    for entry in fs::read_dir(corpus).expect("the corpus is in the repository") {
        replay(&fs::read(entry.expect("an entry").path()).expect("a file"));
        count += 1;
    }
    assert!(count >= 25, "only {count} inputs");
}
