//! What a check has to say.

use std::fmt;

/// How bad a finding is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Severity {
    /// Teams takes the package, but something will not be as it should.
    Warning,
    /// Teams refuses the package, or the app does not work.
    Error,
}

/// One thing that is wrong, where it is and how it is mended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The file, by its path in the package.
    pub file: String,
    /// The place in the file as a JSON pointer (RFC 6901); empty for the file as a whole.
    pub pointer: String,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub mend: String,
}

impl Finding {
    /// An error.
    pub(super) fn error(
        file: &str,
        pointer: impl Into<String>,
        problem: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Error,
            file: file.to_owned(),
            pointer: pointer.into(),
            problem: problem.into(),
            mend: mend.into(),
        }
    }

    /// A warning.
    pub(super) fn warning(
        file: &str,
        pointer: impl Into<String>,
        problem: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Self { severity: Severity::Warning, ..Self::error(file, pointer, problem, mend) }
    }
}

/// `error: manifest.json /name/short: …; …`, in one line.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(f, "{severity}: {}", self.file)?;
        if !self.pointer.is_empty() {
            write!(f, " {}", self.pointer)?;
        }
        write!(f, ": {}; {}", self.problem, self.mend)
    }
}

/// A key as a part of a JSON pointer (RFC 6901, section 3).
pub(super) fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_one_line_with_place_and_mend() {
        let finding = Finding::error("manifest.json", "/id", "is empty", "fill it");
        assert_eq!(finding.to_string(), "error: manifest.json /id: is empty; fill it");
        let finding = Finding::warning("color.png", "", "is grey", "paint it");
        assert_eq!(finding.to_string(), "warning: color.png: is grey; paint it");
        assert!(Severity::Error > Severity::Warning);
        assert_eq!(escape("a/b~c"), "a~1b~0c");
    }
}
