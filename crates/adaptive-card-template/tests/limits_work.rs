//! Work that grows with the data takes steps that grow with it, too.

use adaptive_card_template::{Context, ExpandErrorKind, Limit, Limits, Options, Template};
use serde_json::{Value, json};

/// The limit that an expression runs into, given so many steps.
fn limit_within(steps: u64, expression: &str, data: &Value) -> Option<Limit> {
    let limits = Limits::default().with_max_steps(steps);
    let template = json!({ "r": format!("${{{expression}}}") });
    let template = Template::compile_with(&template, &Options::default().with_limits(limits))
        .unwrap_or_else(|error| panic!("{expression}: {error}"));
    match template.expand(&Context::new(data)).err()?.kind {
        ExpandErrorKind::Limit(limit) => Some(limit),
        _ => None,
    }
}

/// Expressions that look at all of `text`, `wide` (not ASCII), `object` or
/// `numbers`, and give next to nothing.
const WORK: [&str; 50] = [
    "indexOf(text, 'b')",
    "lastIndexOf(text, 'b')",
    "contains(text, 'b')",
    "contains(object, 'missing')",
    "contains(numbers, 0)",
    "object.missing",
    "object['missing']",
    "getProperty(object, 'missing')",
    "wide['0']",
    "getProperty(text)",
    "text == twin",
    "text < twin",
    "[text] == [twin]",
    "{a: text} == {a: twin}",
    "object == object",
    "indexOf(list, text)",
    "lastIndexOf(list, text)",
    "indexOf(numbers, 0)",
    "unique([text, twin])[0]",
    "intersection([text], [twin])",
    "sortBy([text, twin])[0]",
    "sortBy([{a: text}, {a: twin}], 'a')[0].b",
    "sortBy([wide, wide], '0')[0]",
    "countWord(text)",
    "float(text)",
    "int(text)",
    "bool(text)",
    "last(wide)",
    "first(wide)",
    "length(wide)",
    "count(wide)",
    "startsWith(text, twin)",
    "endsWith(text, twin)",
    "substring(wide, 999999999)",
    "take(wide, 0)",
    "isDateTime(text)",
    "date(text)",
    "formatDateTime(text)",
    "formatDateTime(day, text)",
    "convertToUTC(text, 'UTC')",
    "formatTicks(text)",
    "uriPort(text)",
    "uriComponentToString(broken)",
    "json(text)",
    "sum(numbers)",
    "max(numbers)",
    "skip(numbers, 999999)",
    "merge(object, 1)",
    "indicesAndValues(numbers)[0]",
    "where(object, x, fl)",
];

#[test]
fn work_on_large_data_takes_more_than_a_step() {
    let object: Value = (0..40_000).map(|index| (format!("k{index}"), json!(index))).collect();
    let text = "a".repeat(1 << 18);
    let data = json!({
        "text": text,
        "twin": text.clone(),
        "wide": "é".repeat(1 << 17),
        "broken": format!("{text}%"),
        "object": object,
        "list": [text.clone()],
        "numbers": vec![1; 40_000],
        "day": "2024-01-01T00:00:00.000Z",
        "fl": false,
    });
    for work in WORK {
        assert_eq!(limit_within(2_000, work, &data), Some(Limit::Steps), "{work}");
    }
}

#[test]
fn an_ordinary_card_needs_few_steps() {
    let data = json!({ "text": "a".repeat(1_000), "list": [1, 2, 3], "o": { "a": 1 } });
    for work in ["indexOf(text, 'b')", "o.a", "sum(list)", "text == text", "unique(list)"] {
        assert_eq!(limit_within(60, work, &data), None, "{work}");
    }
}

/// Text that a function built is shared by whoever keeps it. Were it copied,
/// each of these would take gigabytes.
#[test]
fn text_that_was_built_is_not_copied_whenever_it_is_looked_up() {
    let data = json!({ "text": "a".repeat(1 << 20), "o": {} });
    for expression in [
        "count(select([concat(text, 'b')], x, count(select(range(1, 9999), y, x)))) == 1",
        "count(select([[concat(text, 'b')]], x, count(select(range(1, 9999), y, x[0])))) == 1",
        "count(select([[concat(text, 'b')]], x, count(select(range(1, 9999), y, skip(x, 0)))))",
        "count(select([{k: concat(text, 'b')}], x, count(select(range(1, 9999), y, x.k))))",
        "count(select([setProperty(o, concat(text, 'b'), 1)], x, \
            count(select(range(1, 9999), y, indicesAndValues(x)))))",
    ] {
        assert_eq!(limit_within(1_000_000, expression, &data), None, "{expression}");
    }
    let template = json!({ "$data": "${concat(text, 'b')}", "r": "${count(select(range(1, 9999), y, $data))}" });
    let card = Template::compile(&template).expect("compiles").expand(&Context::new(&data));
    assert_eq!(card, Ok(json!({ "r": 9999 })));
}
