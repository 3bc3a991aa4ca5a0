//! Rules of our own about a drawn card.

use beckon_domain::command::Action;
use beckon_domain::intake::{RESET_RONA, SAVE_CODES};
use serde_json::{Map, Value};

use super::super::REFRESH;

/// The largest card, in bytes of UTF-16, as Teams counts.
pub(in crate::teams::cards) const MAX_BYTES: usize = 28 * 1024;
/// Elements that are newer than version 1.2: older clients need something in their place.
const NEWER: [&str; 2] = ["Action.Execute", "Table"];

/// How large a card is, as Teams counts.
pub(in crate::teams::cards) fn bytes(card: &Value) -> usize {
    card.to_string().encode_utf16().count() * 2
}

/// Places in the card, with the rule that is broken there.
pub(super) fn broken(card: &Value, summary: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut fault = |pointer: &str, problem: &str| {
        found.push((pointer.to_owned(), problem.to_owned()));
    };
    if card["version"] != "1.5" {
        fault("/version", "must be \"1.5\": Teams on telephones hides cards without a version");
    }
    for key in ["speak", "fallbackText", "lang"] {
        if card[key].as_str().is_none_or(str::is_empty) {
            fault(&format!("/{key}"), "is missing: it is read out, or shown instead of the card");
        }
    }
    if summary.is_empty() {
        fault("/fallbackText", "is empty: notifications would be, too");
    }
    let bytes = bytes(card);
    if bytes > MAX_BYTES {
        fault("", &format!("is {bytes} bytes large; the limit is {MAX_BYTES}"));
    }
    let version = card["refresh"]["action"]["data"]["version"].as_u64();
    walk(card, "", &mut |pointer, key, value| match value {
        Value::Null => fault(pointer, "is null; leave it away with $when"),
        Value::Object(element) => of_element(element, pointer, key, version, &mut fault),
        _ if key == "text" && !value.is_string() => {
            fault(pointer, "must be text; a binding to a number needs something beside it");
        }
        _ => {}
    });
    found
}

fn of_element(
    element: &Map<String, Value>,
    pointer: &str,
    key: &str,
    version: Option<u64>,
    fault: &mut impl FnMut(&str, &str),
) {
    let text = |key: &str| element.get(key).and_then(Value::as_str).filter(|it| !it.is_empty());
    let kind = text("type").unwrap_or_default();
    // Only clients that know the action ask for a refresh.
    let optional = key == "action";
    if NEWER.contains(&kind) && !optional && !element.get("fallback").is_some_and(Value::is_object)
    {
        fault(pointer, "needs a fallback: clients of version 1.2 do not know it");
    }
    match kind {
        "Action.Execute" => of_action(element, pointer, fault),
        "Image" if text("altText").is_none() => fault(pointer, "needs altText"),
        "TextBlock" if element.get("wrap") != Some(&Value::Bool(true)) => {
            fault(pointer, "needs \"wrap\": true; what does not fit is cut off");
        }
        _ => {}
    }
    if kind.starts_with("Input.") {
        if text("label").is_none() {
            fault(pointer, "needs a label");
        }
        let ending = version.map(|version| format!("_v{version}"));
        if !ending.is_some_and(|ending| text("id").is_some_and(|id| id.ends_with(&ending))) {
            fault(pointer, "needs an id that ends with the card's version (_vN)");
        }
        if element.get("isRequired") == Some(&Value::Bool(true)) && text("errorMessage").is_none() {
            fault(pointer, "is required and needs an errorMessage");
        }
    }
}

/// The action and what stands in for it have to reach the same handler with the same data.
fn of_action(action: &Map<String, Value>, pointer: &str, fault: &mut impl FnMut(&str, &str)) {
    let verb = action.get("verb").and_then(Value::as_str).unwrap_or_default();
    if Action::from_verb(verb).is_none() && ![REFRESH, SAVE_CODES, RESET_RONA].contains(&verb) {
        fault(pointer, &format!("nothing listens to the verb {verb:?}"));
    }
    let data =
        |of: &Map<String, Value>, key| of.get("data").and_then(|data| data.get(key)).cloned();
    for key in ["invitation", "version"] {
        if data(action, key).is_none() {
            fault(pointer, &format!("needs {key} in its data"));
        }
    }
    if let Some(Value::Object(fallback)) = action.get("fallback") {
        let same = data(fallback, "verb").is_some_and(|other| other == verb)
            && ["invitation", "version"].iter().all(|key| data(fallback, key) == data(action, key));
        if fallback.get("type").is_none_or(|kind| kind != "Action.Submit") || !same {
            fault(pointer, "needs an Action.Submit as fallback, with its verb and data");
        }
    }
}

/// Visits every value with its pointer and the key it stands under.
fn walk(value: &Value, pointer: &str, visit: &mut impl FnMut(&str, &str, &Value)) {
    let key = pointer.rsplit('/').next().unwrap_or_default();
    visit(pointer, key, value);
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                walk(value, &format!("{pointer}/{key}"), visit);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                walk(value, &format!("{pointer}/{index}"), visit);
            }
        }
        _ => {}
    }
}
