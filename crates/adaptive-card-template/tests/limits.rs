//! Hostile templates and data end in an error, not in a hang or a crash.

use adaptive_card_template::{
    CompileErrorKind, Context, ExpandErrorKind, Limit, Limits, Options, Template,
};
use serde_json::{Value, json};

fn compile_limit(template: &Value, options: &Options) -> Option<Limit> {
    match Template::compile_with(template, options).err()?.kind {
        CompileErrorKind::Limit(limit) => Some(limit),
        _ => None,
    }
}

fn expand_limit(expression: &str, data: &Value) -> Option<Limit> {
    let template = Template::compile(&json!({ "r": format!("${{{expression}}}") }))
        .unwrap_or_else(|error| panic!("{error}"));
    match template.expand(&Context::new(data)).err()?.kind {
        ExpandErrorKind::Limit(limit) => Some(limit),
        _ => None,
    }
}

fn nested(depth: usize, inner: Value) -> Value {
    (0..depth).fold(inner, |value, _| json!([value]))
}

#[test]
fn a_template_may_only_be_nested_so_deep() {
    let options = Options::default();
    assert_eq!(compile_limit(&nested(128, json!("${n}")), &options), None);
    for inner in [json!("${n}"), json!("literal")] {
        let deep = nested(129, inner);
        assert_eq!(compile_limit(&deep, &options), Some(Limit::TemplateDepth));
    }
    let leaf = |depth: usize| nested(depth - 1, json!({ "a": "literal", "b": "${n}" }));
    assert_eq!(compile_limit(&leaf(128), &options), None);
    let without_binding = nested(128, json!({ "a": "literal", "$when": "" }));
    assert_eq!(compile_limit(&without_binding, &options), Some(Limit::TemplateDepth));
}

#[test]
fn asking_for_more_depth_than_is_safe_gives_the_cap() {
    let limits = Limits::default()
        .with_max_template_depth(u32::MAX)
        .with_max_expression_depth(u32::MAX)
        .with_max_data_depth(u32::MAX);
    let options = Options::default().with_limits(limits);
    let cap = Limits::MAX_DEPTH as usize;
    assert_eq!(compile_limit(&nested(cap, json!("${n}")), &options), None);
    assert_eq!(compile_limit(&nested(cap + 1, json!(1)), &options), Some(Limit::TemplateDepth));
    let template = Template::compile_with(&nested(cap, json!("${!t}")), &options).expect("fits");
    let card = template.expand(&Context::new(&json!({ "t": true }))).expect("expands");
    assert_eq!(card, json!([false]));
}

#[test]
fn an_expression_may_only_be_nested_so_deep() {
    let options = Options::default();
    let deep = [
        format!("${{{}n{}}}", "(".repeat(500), ")".repeat(500)),
        format!("${{{}n}}", "!".repeat(500)),
        format!("${{n{}}}", " + n".repeat(500)),
        format!("${{n{}}}", "[0]".repeat(500)),
        format!("${{{}n{}}}", "[".repeat(500), "]".repeat(500)),
        format!("${{{}n{}}}", "{a: ".repeat(500), "}".repeat(500)),
        format!("${{{}n{}}}", "not(".repeat(500), ")".repeat(500)),
    ];
    for text in deep {
        let limit = compile_limit(&json!(text), &options);
        assert_eq!(limit, Some(Limit::ExpressionDepth), "{}", &text[..20]);
    }
    // A chain of names is one node, however long.
    assert_eq!(compile_limit(&json!(format!("${{n{}}}", ".n".repeat(500))), &options), None);
}

#[test]
fn the_deepest_expression_allowed_evaluates_on_a_small_stack() {
    let limits = Limits::default().with_max_expression_depth(u32::MAX);
    let options = Options::default().with_limits(limits);
    let work = move || {
        let text = format!("${{{}n{}}}", "if(t, ".repeat(190), ", 0)".repeat(190));
        let template = Template::compile_with(&json!(text), &options).expect("fits");
        template.expand(&Context::new(&json!({ "n": 5, "t": true }))).expect("expands")
    };
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(work);
    assert_eq!(thread.expect("a thread").join().expect("no overflow"), json!(5));
}

#[test]
fn data_may_only_be_nested_so_deep_where_it_is_used() {
    let data = json!({ "deep": nested(150, json!(1)) });
    for expression in [
        "deep",
        "string(deep)",
        "jsonStringify(deep)",
        "deep == deep",
        "concat(deep, 'x')",
        "flatten(deep, 999999)",
        "stringOrValue('${deep}')",
    ] {
        assert_eq!(expand_limit(expression, &data), Some(Limit::DataDepth), "{expression}");
    }
    assert_eq!(expand_limit("count(deep)", &data), None);
}

#[test]
fn nested_loops_run_out_of_steps() {
    let loops = "select(range(1, 9999), a, count(select(range(1, 9999), b, a + b)))";
    assert_eq!(expand_limit(loops, &json!({})), Some(Limit::Steps));
    assert_eq!(expand_limit("range(1, 4000000000)", &json!({})), Some(Limit::Steps));
    let patterns = "select(range(1, 9999), a, isMatch('x', concat('a', string(a))))";
    assert_eq!(expand_limit(patterns, &json!({})), Some(Limit::Steps));
}

#[test]
fn repeating_an_object_over_itself_runs_out() {
    let mut template = json!("${$index}");
    for _ in 0..8 {
        template = json!({ "$data": "${$root.many}", "x": template });
    }
    let data = json!({ "many": vec![1; 50] });
    let template = Template::compile(&template).expect("compiles");
    let error = template.expand(&Context::new(&data)).expect_err("50^8 objects are too many");
    assert!(matches!(error.kind, ExpandErrorKind::Limit(Limit::Steps | Limit::Output)), "{error}");
}

#[test]
fn growing_text_runs_out_of_output() {
    let doubling = (0..60).fold("'0123456789'".to_owned(), |text, _| {
        format!("first(select([{text}], x, concat(x, x)))")
    });
    let doubled = json!(format!("${{{doubling}}}"));
    assert_eq!(compile_limit(&doubled, &Options::default()), Some(Limit::ExpressionDepth));
    let growing = "replace(s, '0', replace(s, '0', s))";
    let data = json!({ "s": "0".repeat(5_000) });
    assert_eq!(expand_limit(growing, &data), Some(Limit::Output));
    assert_eq!(expand_limit("join(split(s, ''), s)", &data), Some(Limit::Output));
    let shared = "select([s], a, select([[a, a]], b, [b, b, b, b, b, b, b, b, b, b, b, b]))";
    let data = json!({ "s": "0".repeat(1 << 20) });
    assert_eq!(expand_limit(shared, &data), Some(Limit::Output));
}

#[test]
fn a_pattern_that_is_too_large_is_an_error() {
    let huge = json!("${isMatch(s, '((a{200}){200}){200}')}");
    assert_eq!(compile_limit(&huge, &Options::default()), Some(Limit::RegexSize));
    let data = json!({ "p": "((a{200}){200}){200}", "s": "a" });
    assert_eq!(expand_limit("isMatch(s, p)", &data), Some(Limit::RegexSize));
    assert_eq!(expand_limit("replaceIgnoreCase(s, p, '')", &data), Some(Limit::RegexSize));
    let hidden = json!({ "$when": "${isMatch(s, p)}", "r": 1 });
    let error = Template::compile(&hidden).expect("compiles").expand(&Context::new(&data));
    let kind = error.expect_err("not a card without the object").kind;
    assert_eq!(kind, ExpandErrorKind::Limit(Limit::RegexSize));
    let slow = json!({ "r": "${isMatch(s, '^(a+)+$')}" });
    let data = json!({ "s": format!("{}b", "a".repeat(50_000)) });
    let template = Template::compile(&slow).expect("compiles");
    assert_eq!(template.expand(&Context::new(&data)), Ok(json!({ "r": false })));
}

#[test]
fn quotes_that_could_end_anywhere_are_given_up_on() {
    let text = format!("${{'{}", r"\'".repeat(20_000));
    assert_eq!(compile_limit(&json!(text), &Options::default()), Some(Limit::Scan));
}
