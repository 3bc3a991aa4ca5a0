//! Hostile templates are refused before they cost much time or memory.

use adaptive_card_template::{CompileError, CompileErrorKind, Context, Limit, Template};
use serde_json::{Value, json};

fn refusal(template: &Value) -> Option<CompileError> {
    Template::compile(template).err()
}

fn limit(template: &Value) -> Option<Limit> {
    match refusal(template)?.kind {
        CompileErrorKind::Limit(limit) => Some(limit),
        _ => None,
    }
}

#[test]
fn a_chain_of_names_after_parentheses_is_one_path() {
    let text = format!("${{(x){}}}", ".a".repeat(20_000));
    let template = Template::compile(&json!(text)).expect("JavaScript takes it, too");
    let card = template.expand(&Context::empty()).expect("expands");
    assert_eq!(card, json!(format!("${{x{}}}", ".a".repeat(20_000))));
    let data = json!({ "x": { "a": { "b": 7 } } });
    let template = Template::compile(&json!("${((x) . a).b}")).expect("compiles");
    assert_eq!(template.expand(&Context::new(&data)), Ok(json!(7)));
}

#[test]
fn a_chain_of_calls_may_only_be_so_long() {
    let chain = |length: usize| json!(format!("${{f{}}}", "()".repeat(length)));
    assert_eq!(limit(&chain(90)), None);
    assert_eq!(limit(&chain(20_000)), Some(Limit::ExpressionDepth));
}

#[test]
fn positions_count_from_the_start_of_the_text_even_with_a_backtick_in_it() {
    for (text, position) in
        [("a ` + + `${n}`", 14), ("` ${add(1)}", 2), ("${n} ` + add(1)", 9), ("${n}` + (1", 10)]
    {
        let error = refusal(&json!(text)).expect("the text is to be refused");
        assert_eq!(error.position, Some(position), "{text}");
    }
}

#[test]
fn a_text_with_a_binding_may_only_be_so_long() {
    let text = |length: usize| json!(format!("${{n}}{}", "x".repeat(length - 4)));
    assert_eq!(limit(&text(64 << 10)), None);
    assert_eq!(limit(&text((64 << 10) + 1)), Some(Limit::TextLength));
    assert_eq!(limit(&json!("x".repeat(100_000))), None);
}

#[test]
fn unfinished_bindings_use_up_the_search() {
    let text = json!("${a:".repeat(15_000));
    assert_eq!(limit(&text), Some(Limit::Scan));
    let texts = json!(vec!["${a:".repeat(1_000); 10]);
    assert_eq!(limit(&texts), Some(Limit::Scan), "all texts share one limit");
    let card = "${n} of ${count(list)} for $5 ${".repeat(20);
    assert_eq!(limit(&json!(vec![card; 30])), None);
}

#[test]
fn the_patterns_of_a_template_share_a_limit_and_equal_ones_count_once() {
    let pattern = |count: usize| format!("${{isMatch(s, '[ab]{{{count}}}')}}");
    assert_eq!(limit(&json!(vec![pattern(200); 3_000])), None);
    let distinct: Vec<String> = (1..500).map(pattern).collect();
    assert_eq!(limit(&json!(distinct)), Some(Limit::RegexTotal));
    assert_eq!(limit(&json!(pattern(40_000))), Some(Limit::RegexSize));
}

#[test]
fn an_unsupported_function_is_called_that() {
    for call in ["xml(o)", "xPath(x, '/a')", "jPath(o, '$.a')", "isDefinite(t)", "resolve(t)"] {
        let error = refusal(&json!(format!("${{{call}}}"))).expect("unsupported");
        assert_eq!(error.kind, CompileErrorKind::Syntax);
        assert!(error.expected.contains("unsupported function"), "{error}");
    }
}
