//! The strict mode: what the engine leaves in the card is an error.

use adaptive_card_template::{CompileErrorKind, Context, ExpandErrorKind, Options, Template};
use serde_json::{Value, json};

fn strict() -> Options {
    Options::default().with_strict(true)
}

fn expand(template: &Value, options: &Options) -> Result<Value, (String, ExpandErrorKind)> {
    let data = json!({ "n": 1, "nul": null, "o": { "a": 2 } });
    Template::compile_with(template, options)
        .unwrap_or_else(|error| panic!("{error}"))
        .expand(&Context::new(&data))
        .map_err(|error| (error.pointer, error.kind))
}

#[test]
fn a_missing_path_is_an_error_wherever_it_would_become_text() {
    for text in ["${missing}", "a ${missing} b", "${o.missing.x}", "${toUpper(missing)}"] {
        let template = json!({ "body": [{ "text": text }] });
        let lenient = expand(&template, &Options::default());
        assert!(lenient.is_ok_and(|card| card.to_string().to_lowercase().contains("missing")));
        let found = Err(("/body/0/text".to_owned(), ExpandErrorKind::Strict));
        assert_eq!(expand(&template, &strict()), found, "{text}");
    }
}

#[test]
fn guards_may_still_ask_for_what_is_missing() {
    let template = json!({ "r": "${if(exists(missing), missing, 'none')}" });
    assert_eq!(expand(&template, &strict()), Ok(json!({ "r": "none" })));
}

#[test]
fn a_failing_part_of_an_interpolation_is_an_error() {
    let template = json!({ "r": "x ${toUpper(n)}" });
    assert_eq!(expand(&template, &Options::default()), Ok(json!({ "r": "x ${toUpper(n)}" })));
    let found = Err(("/r".to_owned(), ExpandErrorKind::Strict));
    assert_eq!(expand(&template, &strict()), found);
}

#[test]
fn null_in_an_interpolation_is_an_error_in_both_modes() {
    for options in [Options::default(), strict()] {
        let found = Err(("/r".to_owned(), ExpandErrorKind::Evaluation));
        assert_eq!(expand(&json!({ "r": "x ${nul}" }), &options), found);
    }
}

#[test]
fn text_that_only_looks_like_a_binding_does_not_compile() {
    for text in ["${", "x ${n", "${{n}}", "${n} and ${"] {
        let template = json!({ "a/b": [text] });
        assert!(Template::compile(&template).is_ok(), "{text}");
        let error = Template::compile_with(&template, &strict()).expect_err("a leftover");
        assert_eq!((error.pointer.as_str(), error.kind), ("/a~1b/0", CompileErrorKind::Strict));
    }
    let escaped = json!({ "r": "\\${n} costs \\$5, ${n}" });
    assert_eq!(expand(&escaped, &strict()), Ok(json!({ "r": "${n} costs $5, 1" })));
}

#[test]
fn a_binding_in_a_key_is_refused_for_keys_are_never_expanded() {
    for template in [
        json!({ "body": [{ "${n}": 1 }] }),
        json!({ "body": [{ "${n}": "${n}" }] }),
        json!({ "body": [{ "a ${n": { "b": "${n}" } }] }),
    ] {
        assert!(Template::compile(&template).is_ok());
        let strict = Options::default().with_strict(true);
        let error = Template::compile_with(&template, &strict).expect_err("refused");
        assert_eq!(error.kind, CompileErrorKind::Strict, "{error}");
        assert!(error.pointer.starts_with("/body/0/"), "{error}");
    }
}
