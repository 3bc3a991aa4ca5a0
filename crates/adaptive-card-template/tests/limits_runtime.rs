//! What an expansion does is paid for before it is done.

use adaptive_card_template::{Context, ExpandErrorKind, Limit, Limits, Options, Template};
use serde_json::{Value, json};

fn limit_of(template: &Value, data: &Value) -> Option<Limit> {
    // Large patterns are let through at compile time: what they cost when they run is asked here.
    let limits = Limits::default().with_max_regex_size(1 << 20).with_max_regex_total(1 << 24);
    let template = Template::compile_with(template, &Options::default().with_limits(limits))
        .unwrap_or_else(|error| panic!("{error}"));
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

/// `${…}` in a card of one property.
fn call(expression: &str) -> Value {
    json!({ "r": format!("${{{expression}}}") })
}

#[test]
fn a_replacement_is_paid_for_before_it_is_built() {
    // 500 GB, were it built first.
    let data = json!({ "s": format!("x{}", "a".repeat(1 << 20)), "r": "$'".repeat(500_000) });
    let expression = "replaceIgnoreCase(s, 'x', r)";
    assert_eq!(limit_of(&call(expression), &data), Some(Limit::Output));
}

#[test]
fn the_rest_of_a_replacement_is_paid_for() {
    let options = Options::default().with_limits(Limits::default().with_max_output(1_900));
    let template = call("length(replaceIgnoreCase(s, 'x', ''))");
    let template = Template::compile_with(&template, &options).expect("compiles");
    let data = json!({ "s": "a".repeat(1_000) });
    let error = template.expand(&Context::new(&data)).expect_err("the text twice is too much");
    assert_eq!(error.kind, ExpandErrorKind::Limit(Limit::Output));
}

#[test]
fn a_large_pattern_costs_more_than_a_small_one() {
    let data = json!({ "s": "a".repeat(100_000), "p": "(a|b|c|d){900}x" });
    for (expression, limit) in [
        ("isMatch(s, '^a+b$')", None),
        ("isMatch(s, '(a|b|c|d){900}x')", Some(Limit::Steps)),
        ("isMatch(s, p)", Some(Limit::Steps)),
        ("replaceIgnoreCase(s, p, '')", Some(Limit::Steps)),
    ] {
        assert_eq!(limit_of(&call(expression), &data), limit, "{expression}");
    }
}

#[test]
fn finding_all_matches_costs_what_each_search_looks_at() {
    let data = json!({ "s": "a".repeat(20_000), "words": "some words ".repeat(500) });
    let quadratic = "length(replaceIgnoreCase(s, 'a(.*z)?', 'b'))";
    assert_eq!(limit_of(&call(quadratic), &data), Some(Limit::Steps));
    for linear in ["replaceIgnoreCase(s, 'a', 'b')", "replaceIgnoreCase(words, '\\\\s+', '_')"] {
        assert_eq!(limit_of(&call(linear), &data), None, "{linear}");
    }
}

#[test]
fn warnings_count_as_output() {
    let names = "n".repeat(10_000);
    let template = json!({ names: [{ "$data": "${many}", "$when": "${1 == 2}" }] });
    let template = Template::compile(&template).expect("compiles");
    let data = json!({ "many": vec![1; 5_000] });
    assert!(template.expand(&Context::new(&data)).is_ok());
    // They would take 50 MB.
    let error = template.expand_with_warnings(&Context::new(&data)).err();
    assert_eq!(error.map(|error| error.kind), Some(ExpandErrorKind::Limit(Limit::Output)));
}

/// A pattern that asks again and again how many groups it has; looking that up
/// each time would take time with the square of its length.
#[test]
fn groups_are_counted_once_and_long_patterns_refused_early() {
    let data = json!({ "s": "a", "p": "\\9".repeat(300_000) });
    assert_eq!(limit_of(&call("replaceIgnoreCase(s, p, '')"), &data), Some(Limit::RegexSize));
}
