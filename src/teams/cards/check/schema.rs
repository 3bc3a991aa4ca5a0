//! The schema of Adaptive Cards 1.5, and its errors in words.

use std::sync::LazyLock;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use super::super::error::CardError;

/// The file, inside the binary.
const TEXT: &str = include_str!("../../../../cards/schema/adaptive-card-1.5.0.json");

/// The schema of version 1.5, the newest that Teams takes from bots.
static SCHEMA: LazyLock<Result<Validator, String>> = LazyLock::new(|| {
    let schema: Value = serde_json::from_str(TEXT).map_err(|error| error.to_string())?;
    jsonschema::validator_for(&schema).map_err(|error| error.to_string())
});

/// Places in a card that the schema does not allow, and why. The card has no `msteams`.
pub(super) fn broken(card: &Value) -> Result<Vec<(String, String)>, CardError> {
    let schema = SCHEMA.as_ref().map_err(|problem| {
        CardError::invalid("cards/schema/adaptive-card-1.5.0.json", "", problem.clone())
    })?;
    Ok(schema.iter_errors(card).map(|error| cause(&error)).collect())
}

/// The schema says "one of twenty kinds of elements" at every place, so its own words for a
/// misspelt property deep inside are that the card as a whole is none of them. The cause is in the
/// kind that the element says it is, as deep as it goes.
fn cause(error: &ValidationError<'_>) -> (String, String) {
    let own = error.instance_path().to_string();
    let (ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context }) =
        error.kind()
    else {
        return (own, error.masked().to_string());
    };
    let type_at = format!("{own}/type");
    let is_meant = |branch: &&Vec<ValidationError<'static>>| {
        branch.iter().all(|error| error.instance_path().to_string() != type_at)
    };
    let meant: Vec<_> = context.iter().filter(is_meant).collect();
    let deepest = meant.iter().flat_map(|branch| branch.iter()).map(cause).max_by_key(depth);
    deepest.unwrap_or_else(|| {
        let kind = error.instance().get("type").and_then(Value::as_str).unwrap_or_default();
        (own, format!("{kind:?} is nothing that can stand here in version 1.5"))
    })
}

fn depth(found: &(String, String)) -> usize {
    found.0.matches('/').count()
}
