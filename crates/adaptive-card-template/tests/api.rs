//! The public interface: contexts, hooks, errors, warnings.

use adaptive_card_template::{
    Clock, CompileErrorKind, Context, ExpandErrorKind, Randomness, Template, WarningKind,
};
use serde_json::{Value, json};

struct Fixed(i64);

impl Clock for Fixed {
    fn now_millis(&self) -> i64 {
        self.0
    }
}

impl Randomness for Fixed {
    fn next_u64(&self) -> u64 {
        u64::MAX / 2
    }
}

fn compile(template: &Value) -> Template {
    Template::compile(template).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_template_is_shared_between_threads() {
    fn shareable<T: Send + Sync + 'static>(_: &T) {}
    let template = compile(&json!({ "r": "${n}" }));
    shareable(&template);
    std::thread::scope(|scope| {
        for n in 0..4 {
            let template = &template;
            scope.spawn(move || {
                let card = template.expand(&Context::new(&json!({ "n": n })));
                assert_eq!(card, Ok(json!({ "r": n })));
            });
        }
    });
}

#[test]
fn time_and_randomness_come_from_the_context() {
    let template = compile(&json!({
        "now": "${utcNow()}",
        "soon": "${getFutureTime(1, 'Month', 'yyyy-MM-dd')}",
        "past": "${getPastTime(2, 'Week', 'yyyy-MM-dd')}",
        "die": "${rand(1, 7)}",
        "id": "${newGuid()}"
    }));
    let fixed = Fixed(1_706_659_200_000);
    let card = template.expand(&Context::empty().with_clock(&fixed).with_randomness(&fixed));
    assert_eq!(
        card,
        Ok(json!({
            "now": "2024-01-31T00:00:00.000Z",
            "soon": "2024-02-29",
            "past": "2024-01-17",
            "die": 3,
            "id": "7fffffff-ffff-4fff-bfff-ffffffffffff"
        }))
    );
}

#[test]
fn the_default_clock_and_randomness_work() {
    let template = compile(&json!("${isDateTime(utcNow()) && length(newGuid()) == 36}"));
    assert_eq!(template.expand(&Context::empty()), Ok(json!(true)));
}

#[test]
fn the_locale_of_the_context_holds_where_the_template_names_none() {
    let template = compile(&json!({
        "a": "${formatNumber(n, 2)}", "b": "${string(n)}", "c": "${formatNumber(n, 1, 'en-US')}",
        "d": "${toUpper('i')}"
    }));
    let data = json!({ "n": 1234.5 });
    let german = template.expand(&Context::new(&data).with_locale("de-DE"));
    let wanted = json!({ "a": "1.234,50", "b": "1.234,5", "c": "1,234.5", "d": "I" });
    assert_eq!(german, Ok(wanted));
    let turkish = template.expand(&Context::new(&data).with_locale("tr-TR"));
    assert_eq!(turkish.expect("expands")["d"], "İ");
}

#[test]
fn the_text_for_missing_data_can_be_chosen() {
    let template = compile(&json!({ "a": "${x.y}", "b": "is ${z}", "c": "${w}" }));
    let missing = |path: &str| match path {
        "w" => Some(String::new()),
        path => Some(format!("<{path}>")),
    };
    let card = template.expand(&Context::new(&json!({})).with_missing_text(&missing));
    assert_eq!(card, Ok(json!({ "a": "<x.y>", "b": "is <z>", "c": "${w}" })));
}

#[test]
fn errors_say_where_and_what() {
    let error = Template::compile(&json!({ "body": [{ "text": "ab ${1 + }" }] }));
    let error = error.expect_err("does not parse");
    assert_eq!(error.pointer, "/body/0/text");
    assert_eq!(error.position, Some(8));
    assert_eq!(error.kind, CompileErrorKind::Syntax);
    let wanted = "template at \"/body/0/text\", byte 8: expected a value, a name or '('";
    assert_eq!(error.to_string(), wanted);

    let template = compile(&json!({ "body": [1, { "text": "${n + toUpper(n)}" }] }));
    let error = template.expand(&Context::new(&json!({ "n": 1 }))).expect_err("1 is no text");
    assert_eq!(error.pointer, "/body/1/text");
    assert_eq!(error.position, Some(14));
    assert_eq!(error.kind, ExpandErrorKind::Evaluation);
    assert_eq!(error.expected, "text");
}

#[test]
fn functions_without_support_do_not_compile() {
    for call in ["jPath(o, 'x')", "xml(o)", "xPath(o, 'x')", "isDate('XXXX-05-05')"] {
        let error = Template::compile(&json!(format!("${{{call}}}"))).expect_err("unsupported");
        assert!(error.expected.contains("supported function"), "{error}");
    }
}

#[test]
fn warnings_name_the_object() {
    let template = compile(&json!({ "body": [
        { "$when": "${missing}", "a": 1 },
        { "$data": "${list}", "$when": "${$data > 1}", "b": "${$data}" },
        { "$when": "yes", "c": 1 }
    ]}));
    let done = template.expand_with_warnings(&Context::new(&json!({ "list": [1, 2] })));
    let done = done.expect("expands");
    assert_eq!(done.card, Some(json!({ "body": [{ "b": 2 }] })));
    let found: Vec<(&str, WarningKind)> =
        done.warnings.iter().map(|warning| (warning.pointer.as_str(), warning.kind)).collect();
    let wanted = [
        ("/body/0", WarningKind::WhenNotTrue),
        ("/body/1", WarningKind::WhenNotTrue),
        ("/body/2", WarningKind::WhenNotABinding),
    ];
    assert_eq!(found, wanted);
    assert_eq!(
        done.warnings[2].to_string(),
        "object at \"/body/2\" left out: its $when is not a binding"
    );
}

#[test]
fn a_template_that_gives_nothing_gives_null() {
    let template = compile(&json!("${first(e)}"));
    let data = json!({ "e": [] });
    let context = Context::new(&data);
    assert_eq!(template.expand(&context), Ok(Value::Null));
    assert_eq!(template.expand_with_warnings(&context).expect("expands").card, None);
}

#[test]
fn functions_that_set_properties_leave_the_data_alone() {
    let template = compile(&json!({
        "a": "${setProperty(o, 'v', 2).v}",
        "b": "${count(removeProperty(o, 'v'))}",
        "c": "${addProperty(o, 'w', 3).w}",
        "d": "${join(reverse(list), '')}",
        "e": "${jsonStringify(o) & join(list, '')}"
    }));
    let data = json!({ "o": { "v": 1 }, "list": [1, 2] });
    let card = template.expand(&Context::new(&data)).expect("expands");
    assert_eq!(card, json!({ "a": 2, "b": 0, "c": 3, "d": "21", "e": "{\"v\":1}12" }));
}

#[test]
fn debug_output_hides_data() {
    let data = json!({ "secret": "hunter2" });
    assert!(!format!("{:?}", Context::new(&data)).contains("hunter2"));
}
