//! Texts that are expanded while a card is, and what that may cost.

use adaptive_card_template::{Context, ExpandErrorKind, Limit, Limits, Options, Template};
use serde_json::{Value, json};

/// The limit that an expression runs into on the stack that a thread has.
fn limit_of(expression: &str, options: Options, data: Value) -> Option<Limit> {
    let template = json!({ "r": format!("${{{expression}}}") });
    let work = move || {
        let template =
            Template::compile_with(&template, &options).unwrap_or_else(|error| panic!("{error}"));
        match template.expand(&Context::new(&data)).err()?.kind {
            ExpandErrorKind::Limit(limit) => Some(limit),
            kind => panic!("{kind:?}"),
        }
    };
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(work);
    let thread = thread.unwrap_or_else(|error| panic!("a thread: {error}"));
    thread.join().unwrap_or_else(|_| panic!("the expansion panicked"))
}

#[test]
fn a_text_that_expands_itself_is_nested_too_deeply() {
    let deepest = Limits::default().with_max_expression_depth(u32::MAX);
    for options in [Options::default(), Options::default().with_limits(deepest)] {
        for text in [
            "${stringOrValue(s)}",
            "${stringOrValue(s)} and ${stringOrValue(s)}",
            "${if(true, stringOrValue(s), 0)}",
            "${select([1], x, stringOrValue(s))}",
            "${[[[[[[[[[[stringOrValue(s)]]]]]]]]]]}",
        ] {
            let limit = limit_of("stringOrValue(s)", options.clone(), json!({ "s": text }));
            assert_eq!(limit, Some(Limit::ExpressionDepth), "{text}");
        }
    }
}

#[test]
fn a_deep_text_within_a_deep_expression_fits_the_stack() {
    let deepest = Limits::default().with_max_expression_depth(u32::MAX);
    let options = Options::default().with_limits(deepest);
    let deep =
        |inner: &str, depth| format!("{}{inner}{}", "if(t, ".repeat(depth), ", 0)".repeat(depth));
    let data = json!({ "s": format!("${{{}}}", deep("7", 190)), "t": true });
    assert_eq!(limit_of(&deep("stringOrValue(s)", 190), options, data), None);
}

#[test]
fn a_text_may_hold_texts() {
    let data =
        json!({ "a": "${stringOrValue(b)}!", "b": "<${stringOrValue(c)}>", "c": "${n}", "n": 7 });
    assert_eq!(limit_of("stringOrValue(a)", Options::default(), data), None);
}

#[test]
fn patterns_and_searches_in_texts_are_paid_for() {
    let many = "count(select(range(1, 4000), x, stringOrValue(s)))";
    let pattern = json!({ "s": "${isMatch('a', '(a|b){400}')}" });
    assert_eq!(limit_of(many, Options::default(), pattern), Some(Limit::Steps));
    let unfinished = json!({ "s": "${a:".repeat(1_000) });
    let some = "count(select(range(1, 200), x, stringOrValue(s)))";
    assert_eq!(limit_of(some, Options::default(), unfinished), Some(Limit::Steps));
}

#[test]
fn nodes_count_for_what_memory_they_take() {
    // A million numbers take 72 MB as JSON, though only two of text.
    let data = json!({ "list": vec![1; 1_000] });
    let template = json!([{ "$data": "${list}", "x": "${$root.list}" }]);
    let template = Template::compile(&template).expect("compiles");
    let error = template.expand(&Context::new(&data)).expect_err("more than 16 MiB");
    assert_eq!(error.kind, ExpandErrorKind::Limit(Limit::Output));
    let literal = json!([{ "$data": "${list}", "x": vec![json!({}); 1_000] }]);
    let template = Template::compile(&literal).expect("compiles");
    let error = template.expand(&Context::new(&data)).expect_err("more than 16 MiB");
    assert_eq!(error.kind, ExpandErrorKind::Limit(Limit::Output));
}

#[test]
fn pairs_cost_more_steps_than_items() {
    let steps = Options::default().with_limits(Limits::default().with_max_steps(30_000));
    let data = json!({ "list": vec![1; 9_000] });
    assert_eq!(limit_of("count(take(list, 9000))", steps.clone(), data.clone()), None);
    let pairs = limit_of("count(indicesAndValues(list))", steps, data);
    assert_eq!(pairs, Some(Limit::Steps));
}
