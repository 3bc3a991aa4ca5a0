//! Secrets: from the environment, or from a file that the environment names.

use secrecy::SecretString;

use super::ConfigError;

/// Where environment variables come from.
pub trait Environment {
    /// The value of a variable, `None` when it is not set.
    fn var(&self, name: &str) -> Option<String>;
}

impl<F: Fn(&str) -> Option<String>> Environment for F {
    fn var(&self, name: &str) -> Option<String> {
        self(name)
    }
}

/// The environment of the process.
#[derive(Debug, Clone, Copy)]
pub struct ProcessEnvironment;

impl Environment for ProcessEnvironment {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    fn var(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }
}

/// The secret of that name: `NAME`, or the content of the file that `NAME_FILE` names, without its
/// last line break. `None` when neither is set.
pub(super) fn read(
    name: &str,
    environment: &dyn Environment,
) -> Result<Option<SecretString>, ConfigError> {
    let file_name = format!("{name}_FILE");
    let text = match (environment.var(name), environment.var(&file_name)) {
        (Some(_), Some(_)) => {
            return Err(ConfigError::invalid(
                file_name,
                format!("{name} is set too; keep one of the two"),
            ));
        }
        (Some(text), None) => text,
        (None, Some(path)) => std::fs::read_to_string(&path).map_err(|error| {
            ConfigError::invalid(&file_name, format!("cannot read {path}: {error}"))
        })?,
        (None, None) => return Ok(None),
    };
    let text = text.trim_end_matches(['\r', '\n']);
    if text.trim().is_empty() {
        return Err(ConfigError::invalid(name, "is empty; set it or leave it away"));
    }
    Ok(Some(SecretString::from(text)))
}
