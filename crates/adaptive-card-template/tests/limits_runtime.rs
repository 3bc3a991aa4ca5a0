//! What an expansion does is paid for before it is done.

use adaptive_card_template::{Context, ExpandErrorKind, Limit, Template};
use serde_json::{Value, json};

fn limit_of(template: &Value, data: &Value) -> Option<Limit> {
    let template = Template::compile(template).unwrap_or_else(|error| panic!("{error}"));
    match template.expand(&Context::new(data)).err()?.kind {
        ExpandErrorKind::Limit(limit) => Some(limit),
        _ => None,
    }
}

/// A template in which every `$data` wraps the one around it.
fn wrapping(wrap: &str, levels: usize, innermost: &Value) -> Value {
    (0..levels).fold(innermost.clone(), |inner, _| json!({ "$data": wrap, "y": inner }))
}

#[test]
fn data_that_wraps_itself_may_only_be_nested_so_deep() {
    let work = || {
        let wrap = format!("${{{}$data{}}}", "{a:".repeat(95), "}".repeat(95));
        let template = wrapping(&wrap, 126, &json!({ "r": "${nope()}" }));
        limit_of(&template, &json!({}))
    };
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(work);
    let limit = thread.expect("a thread").join().expect("no overflow");
    assert_eq!(limit, Some(Limit::DataDepth));
}

#[test]
fn data_that_shares_its_parts_runs_out_of_steps() {
    let template = wrapping("${{a: [$data, $data]}}", 60, &json!({ "r": 1 }));
    assert_eq!(limit_of(&template, &json!({})), Some(Limit::Steps));
}

#[test]
fn data_built_by_functions_is_still_taken() {
    let template = wrapping("${{a: $data}}", 50, &json!({ "r": "${count($data)}" }));
    assert_eq!(limit_of(&template, &json!({})), None);
}
