//! Rules that hold for any data.

use adaptive_card_template::{Context, Template};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Data as cards have it, without the deepest nesting.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-1_000_000_i64..1_000_000).prop_map(Value::from),
        (-1e9..1e9).prop_map(|number: f64| json!(number)),
        "[a-zA-Z$ {}'é🎉]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec(("[a-z]{1,6}", inner), 0..5)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn expand(template: &Value, data: &Value) -> Value {
    Template::compile(template)
        .unwrap_or_else(|error| panic!("{error}"))
        .expand(&Context::new(data))
        .unwrap_or_else(|error| panic!("{error}"))
}

/// Numbers as JavaScript prints them: a whole double has no fraction.
fn as_javascript(value: &Value) -> Value {
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(float) if float.fract() == 0.0 => json!(float as i64),
            _ => value.clone(),
        },
        Value::Array(items) => items.iter().map(as_javascript).collect(),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(k, v)| (k.clone(), as_javascript(v))).collect())
        }
        other => other.clone(),
    }
}

proptest! {
    #[test]
    fn a_whole_binding_gives_the_value_itself(value in values()) {
        let card = expand(&json!({ "r": "${v}" }), &json!({ "v": value }));
        prop_assert_eq!(&card["r"], &as_javascript(&value));
    }

    #[test]
    fn data_is_never_scanned_for_bindings(text in "[a-z$ {}()'\\\\]{0,20}") {
        let card = expand(&json!(["${v}", "x${v}"]), &json!({ "v": text }));
        prop_assert_eq!(card, json!([text, format!("x{text}")]));
    }

    #[test]
    fn json_survives_being_printed_and_parsed(value in values()) {
        let card = expand(&json!({ "r": "${json(jsonStringify(v))}" }), &json!({ "v": value }));
        prop_assert_eq!(&card["r"], &as_javascript(&value));
    }

    #[test]
    fn a_list_repeats_an_object_once_per_item(items in prop::collection::vec(values(), 2..6)) {
        let template = json!({ "$data": "${list}", "i": "${$index}", "d": "${$data}" });
        let card = expand(&template, &json!({ "list": items }));
        let wanted: Vec<Value> = items
            .iter()
            .enumerate()
            .map(|(index, item)| json!({ "i": index, "d": as_javascript(item) }))
            .collect();
        prop_assert_eq!(card, Value::from(wanted));
    }

    #[test]
    fn names_match_whatever_their_case(name in "[a-z_][a-z0-9_]{0,10}") {
        prop_assume!(!["true", "false", "null", "undefined"].contains(&name.as_str()));
        let upper = name.to_uppercase();
        let card = expand(&json!({ "r": format!("${{$data.{upper}}}") }), &json!({ name: 7 }));
        prop_assert_eq!(card, json!({ "r": 7 }));
    }

    #[test]
    fn any_text_compiles_or_says_where_it_does_not(text in "\\PC{0,40}") {
        for text in [text.clone(), format!("${{{text}}}"), format!("a ${{{text}}} b")] {
            match Template::compile(&json!([text])) {
                Ok(template) => drop(template.expand(&Context::new(&json!({ "a": 1 })))),
                Err(error) => prop_assert_eq!(error.pointer, "/0"),
            }
        }
    }

    #[test]
    fn sorting_numbers_by_a_property_orders_them(numbers in prop::collection::vec(-50..50, 0..150)) {
        let items: Vec<Value> = numbers.iter().map(|number| json!({ "n": number })).collect();
        let template = json!({ "r": "${select(sortBy(items, 'n'), x, x.n)}" });
        let mut sorted = numbers.clone();
        sorted.sort_unstable();
        prop_assert_eq!(expand(&template, &json!({ "items": items })), json!({ "r": sorted }));
    }
}
