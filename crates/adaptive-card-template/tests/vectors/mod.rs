//! Conformance vectors: templates and data with the reference engine's results.

use adaptive_card_template::{Context, Template};
use serde_json::Value;

/// What a vector wants or what came of it.
#[derive(Debug, PartialEq)]
enum Outcome {
    CompileError,
    ExpandError,
    /// The card, absent where there is nothing at all, and the number of
    /// warnings.
    Card(Option<Value>, u64),
}

/// The vectors of a file: a JSON list, or an object whose `vectors` may name
/// one of its `sets` instead of having data of their own.
pub(crate) fn parse(text: &str) -> Result<Vec<Value>, serde_json::Error> {
    let mut file: Value = serde_json::from_str(text)?;
    if let Value::Array(vectors) = file {
        return Ok(vectors);
    }
    let sets = file["sets"].take();
    let mut vectors: Vec<Value> = serde_json::from_value(file["vectors"].take())?;
    for vector in &mut vectors {
        if let Some(set) = vector.get("set").and_then(Value::as_str) {
            vector["data"] = sets[set].clone();
        }
    }
    Ok(vectors)
}

/// The vector's name.
pub(crate) fn id(vector: &Value) -> &str {
    vector["id"].as_str().unwrap_or("(no id)")
}

/// Runs a vector; the error says what differs.
pub(crate) fn run(vector: &Value) -> Result<(), String> {
    let wanted = wanted(vector)?;
    let (got, detail) = outcome(vector);
    if same_outcome(&wanted, &got) {
        return Ok(());
    }
    Err(format!("{}: wanted {wanted:?}, got {got:?} {detail}", vector["template"]))
}

fn wanted(vector: &Value) -> Result<Outcome, String> {
    if vector.get("throws").is_some() {
        return match vector["phase"].as_str() {
            Some("compile") => Ok(Outcome::CompileError),
            Some("expand") => Ok(Outcome::ExpandError),
            other => Err(format!("phase {other:?} is neither compile nor expand")),
        };
    }
    let warnings = vector["warnings"].as_u64().unwrap_or(0);
    if vector["expected_undefined"] == true {
        return Ok(Outcome::Card(None, warnings));
    }
    match vector.get("expected") {
        Some(expected) => Ok(Outcome::Card(Some(expected.clone()), warnings)),
        None => Err("the vector wants nothing".to_owned()),
    }
}

fn outcome(vector: &Value) -> (Outcome, String) {
    let template = match Template::compile(&vector["template"]) {
        Ok(template) => template,
        Err(error) => return (Outcome::CompileError, error.to_string()),
    };
    let mut context = match vector.get("data") {
        Some(data) => Context::new(data),
        None => Context::empty(),
    };
    if let Some(host) = vector.get("host") {
        context = context.with_host(host);
    }
    match template.expand_with_warnings(&context) {
        Ok(done) => (Outcome::Card(done.card, done.warnings.len() as u64), String::new()),
        Err(error) => (Outcome::ExpandError, error.to_string()),
    }
}

fn same_outcome(wanted: &Outcome, got: &Outcome) -> bool {
    match (wanted, got) {
        (Outcome::Card(Some(wanted), expected), Outcome::Card(Some(got), warnings)) => {
            same(wanted, got) && expected == warnings
        }
        _ => wanted == got,
    }
}

/// Equality of JSON values; 1 and 1.0 are the same number.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter().all(|(key, value)| b.get(key).is_some_and(|other| same(value, other)))
        }
        _ => left == right,
    }
}
