//! Microsoft's schemas, version 1.30.

use std::sync::LazyLock;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator, draft4};
use serde_json::Value;

use crate::manifest::finding::escape;
use crate::manifest::{Finding, MANIFEST};

type Compiled = LazyLock<Result<Validator, String>>;

static SCHEMA: Compiled = LazyLock::new(|| {
    compile(include_str!("../../../manifests/schema/teams-manifest-1.30.schema.json"))
});
static LOCALIZATION: Compiled = LazyLock::new(|| {
    compile(include_str!("../../../manifests/schema/teams-manifest-1.30.localization.schema.json"))
});

/// Holds the manifest against its schema.
pub(super) fn manifest(manifest: &Value, found: &mut Vec<Finding>) {
    hold(&SCHEMA, MANIFEST, manifest, found);
}

/// Holds a file of translations against theirs.
pub(super) fn language(file: &str, texts: &Value, found: &mut Vec<Finding>) {
    hold(&LOCALIZATION, file, texts, found);
}

fn hold(schema: &Compiled, file: &str, value: &Value, found: &mut Vec<Finding>) {
    match LazyLock::force(schema) {
        Ok(validator) => {
            for error in validator.iter_errors(value) {
                explain(file, &error, found);
            }
        }
        Err(problem) => {
            let mend = "this Beckon is broken; please report it";
            found.push(Finding::error(file, "", format!("its schema is broken: {problem}"), mend));
        }
    }
}

fn compile(schema: &str) -> Result<Validator, String> {
    let schema: Value = serde_json::from_str(schema).map_err(|error| error.to_string())?;
    draft4::new(&schema).map_err(|error| error.to_string())
}

/// One finding for each member that is too many or missing, so that each has its own place.
fn explain(file: &str, error: &ValidationError<'_>, found: &mut Vec<Finding>) {
    let at = error.instance_path().as_str();
    let mut say = |pointer: String, problem: String, mend: &str| {
        found.push(Finding::error(file, pointer, problem, mend));
    };
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            for key in unexpected {
                let mend = "mend its spelling or take it out";
                say(format!("{at}/{}", escape(key)), "is not known in version 1.30".into(), mend);
            }
        }
        ValidationErrorKind::Required { property } => {
            let key = property.as_str().unwrap_or_default();
            say(format!("{at}/{}", escape(key)), "is missing".to_owned(), "add it");
        }
        // The message would say the whole text again.
        ValidationErrorKind::MaxLength { limit } => {
            let long = error.instance().as_str().map_or(0, |text| text.chars().count());
            let problem = format!("has {long} characters, {limit} at most are allowed");
            say(at.to_owned(), problem, "shorten it");
        }
        ValidationErrorKind::MaxItems { limit } => {
            let long = error.instance().as_array().map_or(0, Vec::len);
            let problem = format!("has {long} entries, {limit} at most are allowed");
            say(at.to_owned(), problem, "take some out");
        }
        _ => say(at.to_owned(), error.to_string(), "write it as the schema of version 1.30 says"),
    }
}
