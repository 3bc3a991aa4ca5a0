//! What the fuzzer starts from, replayed without a fuzzer.

use std::fs;
use std::path::Path;

use adaptive_card_template::Limits;

#[path = "../../../fuzz/checks/template.rs"]
mod checks;

#[test]
fn the_corpus_replays() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/template");
    // Hostile inputs are to end early: this is no optimised build.
    let limits = Limits::default().with_max_steps(4_000).with_max_output(1 << 17);
    let mut count = 0;
    for entry in fs::read_dir(corpus).expect("the corpus is in the repository") {
        checks::template(&fs::read(entry.expect("an entry").path()).expect("a file"), &limits);
        count += 1;
    }
    assert!(count >= 25, "only {count} inputs");
}
