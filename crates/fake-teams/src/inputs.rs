//! The inputs of a card: what a client sends for them, and when it sends nothing at all.
//!
//! The rules are those of Microsoft's renderer (npm `adaptivecards` 3.0.6): an input without a value
//! is left out, a toggle always has one, every value is text, and while a required input is unset
//! the click is not sent.

use serde_json::{Map, Value};

use crate::{
    Error,
    card::{Action, walk},
};

/// The data that a click on `action` sends: the author's, with the inputs over it (Universal
/// Action Model), unless the action takes none.
pub(crate) fn data_of_click(
    card: &Value,
    action: &Action,
    typed: &Map<String, Value>,
) -> Result<Map<String, Value>, Error> {
    let mut data = action.data();
    // `messageBack`, `imBack`, `task/fetch` and others change what is sent: better no click than a
    // wrong one.
    if let Some(kind) = data.get("msteams").and_then(|extra| extra.get("type")) {
        return Err(Error::NotPlayed(as_text(kind)));
    }
    if action.takes_inputs() {
        data.extend(Inputs::of(card).values(typed)?);
    }
    Ok(data)
}

/// The inputs of a card.
#[derive(Debug)]
struct Inputs<'card> {
    inputs: Vec<&'card Map<String, Value>>,
}

impl<'card> Inputs<'card> {
    /// All inputs of `card`, in document order.
    fn of(card: &'card Value) -> Self {
        let mut inputs = Vec::new();
        walk(card, &mut |object| {
            let kind = object.get("type").and_then(Value::as_str);
            if kind.is_some_and(|kind| kind.starts_with("Input.")) && id(object).is_some() {
                inputs.push(object);
            }
            true
        });
        Self { inputs }
    }

    /// What is sent when a person typed `typed`: untouched inputs keep their own value.
    ///
    /// Fails when the card has no such field to type into, and with the first required input that
    /// is unset.
    fn values(&self, typed: &Map<String, Value>) -> Result<Map<String, Value>, Error> {
        let known = |wanted: &str| self.inputs.iter().any(|input| id(input) == Some(wanted));
        if let Some(unknown) = typed.keys().find(|wanted| !known(wanted)) {
            return Err(Error::NoInput(unknown.clone()));
        }
        let mut values = Map::new();
        for input in &self.inputs {
            let Some(id) = id(input) else { continue };
            let value = typed.get(id).or_else(|| input.get("value")).map(as_text);
            let value =
                if is_toggle(input) { Some(switched(input, value.as_deref())) } else { value };
            let value = value.filter(|value| !value.is_empty());
            if is_unset(input, value.as_deref()) {
                return Err(Error::MissingInput(id.to_owned()));
            }
            if let Some(value) = value {
                values.insert(id.to_owned(), Value::String(value));
            }
        }
        Ok(values)
    }
}

fn id(input: &Map<String, Value>) -> Option<&str> {
    input.get("id").and_then(Value::as_str)
}

fn is_toggle(input: &Map<String, Value>) -> bool {
    input.get("type").is_some_and(|kind| kind == "Input.Toggle")
}

fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn toggle_value(input: &Map<String, Value>, name: &str, usual: &str) -> String {
    input.get(name).map_or_else(|| usual.to_owned(), as_text)
}

/// A toggle is on when it holds its `valueOn`, and off otherwise.
fn switched(input: &Map<String, Value>, value: Option<&str>) -> String {
    let on = toggle_value(input, "valueOn", "true");
    if value == Some(on.as_str()) { on } else { toggle_value(input, "valueOff", "false") }
}

/// Whether a required input has no value; a required toggle must be on.
fn is_unset(input: &Map<String, Value>, value: Option<&str>) -> bool {
    let required = input.get("isRequired") == Some(&Value::Bool(true));
    let missing = match value {
        Some(value) => is_toggle(input) && value != toggle_value(input, "valueOn", "true"),
        None => true,
    };
    required && missing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::find_action;
    use serde_json::json;

    fn values(card: &Value, typed: &Value) -> Result<Value, String> {
        let values = Inputs::of(card).values(typed.as_object().unwrap());
        values.map(Value::Object).map_err(|error| error.to_string())
    }

    #[test]
    fn unset_inputs_are_left_out_and_a_toggle_always_speaks() {
        let card = json!({"body": [
            {"type": "Input.Text", "id": "note"},
            {"type": "Input.Toggle", "id": "urgent"},
            {"type": "Container", "items": [{"type": "Input.Number", "id": "minutes", "value": 5}]},
            {"type": "Input.ChoiceSet", "id": "code"},
        ]});
        assert_eq!(values(&card, &json!({})), Ok(json!({"urgent": "false", "minutes": "5"})));
        let typed = json!({"note": "hi", "urgent": true, "code": "a,b"});
        let sent = json!({"note": "hi", "urgent": "true", "minutes": "5", "code": "a,b"});
        assert_eq!(values(&card, &typed), Ok(sent));
        let cleared = json!({"note": "", "minutes": null});
        let stranger = Err("the card has no input \"stranger\"".to_owned());
        assert_eq!(values(&card, &json!({"stranger": "x"})), stranger);
        assert_eq!(values(&card, &cleared), Ok(json!({"urgent": "false"})));
    }

    #[test]
    fn the_first_unset_required_input_stops_the_click() {
        let required = |kind: &str, id: &str| json!({"type": kind, "id": id, "isRequired": true});
        let card = json!([required("Input.Text", "why"), required("Input.Toggle", "agreed")]);
        assert_eq!(values(&card, &json!({})), Err("the input \"why\" is required".to_owned()));
        assert_eq!(
            values(&card, &json!({"why": "x"})),
            Err("the input \"agreed\" is required".to_owned())
        );
        let both = json!({"why": "x", "agreed": true});
        assert_eq!(values(&card, &both), Ok(json!({"why": "x", "agreed": "true"})));
    }

    #[test]
    fn a_toggle_may_have_words_of_its_own() {
        let card = json!([{"type": "Input.Toggle", "id": "mood", "value": "good",
                           "valueOn": "good", "valueOff": "bad"}]);
        assert_eq!(values(&card, &json!({})), Ok(json!({"mood": "good"})));
        assert_eq!(values(&card, &json!({"mood": "other"})), Ok(json!({"mood": "bad"})));
    }

    #[test]
    fn what_is_not_played_is_refused_rather_than_sent_wrongly() {
        let click = |extra: Value| {
            let data = json!({"msteams": extra});
            let card = json!([{"type": "Action.Submit", "title": "Go", "data": data}]);
            let action = find_action(&card, "Go", false).unwrap();
            data_of_click(&card, &action, &Map::new()).map_err(|error| error.to_string())
        };
        let refused = Err("this fake does not play actions of type \"imBack\"".to_owned());
        assert_eq!(click(json!({"type": "imBack", "value": "x"})), refused);
        assert!(click(json!({"feedback": {"hide": true}})).is_ok());
    }

    /// What Microsoft's renderer sent for the same card and typing (`tests/recorded`).
    #[test]
    fn the_data_is_what_microsofts_renderer_sends() {
        let recorded = include_str!("../tests/recorded/inputs.json");
        let cases: Vec<Value> = serde_json::from_str(recorded).unwrap();
        assert_eq!(cases.len(), 11);
        for case in cases {
            let action = find_action(&case["card"], "go", false).unwrap();
            let typed = case["typed"].as_object().unwrap();
            let sent = data_of_click(&case["card"], &action, typed).ok();
            assert_eq!(sent.map_or(Value::Null, Value::Object), case["sent"], "{}", case["name"]);
        }
    }
}
