//! The version of a Teams app.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use thiserror::Error;

/// A version as Teams compares it: three numbers. Pre-releases and build marks, which semver knows,
/// are refused: the catalog takes `x.y.z` only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct AppVersion(u32, u32, u32);

/// A text that is no version.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{0:?} is no version; write three numbers without leading zeros, such as 1.4.0")]
pub struct BadVersion(String);

impl AppVersion {
    /// The version of this Beckon.
    ///
    /// # Errors
    /// [`BadVersion`] if Beckon was built as a pre-release.
    pub fn of_beckon() -> Result<Self, BadVersion> {
        env!("CARGO_PKG_VERSION").parse()
    }
}

impl FromStr for AppVersion {
    type Err = BadVersion;

    fn from_str(text: &str) -> Result<Self, BadVersion> {
        let bad = || BadVersion(text.to_owned());
        let number = |part: &str| {
            let digits = part.bytes().all(|byte| byte.is_ascii_digit());
            let plain = digits && (part == "0" || !part.starts_with('0'));
            if plain { part.parse::<u32>().map_err(|_| bad()) } else { Err(bad()) }
        };
        let parts = text.split('.').map(number).collect::<Result<Vec<_>, _>>()?;
        match parts.as_slice() {
            [major, minor, patch] => Ok(Self(*major, *minor, *patch)),
            _ => Err(bad()),
        }
    }
}

impl TryFrom<String> for AppVersion {
    type Error = BadVersion;

    fn try_from(text: String) -> Result<Self, BadVersion> {
        text.parse()
    }
}

impl fmt::Display for AppVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(major, minor, patch) = self;
        write!(f, "{major}.{minor}.{patch}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_three_plain_numbers_are_a_version() {
        for bad in [
            "",
            "1",
            "1.2",
            "1.2.3.4",
            "01.2.3",
            "1.2.3-beta",
            "1.2.+3",
            "1..3",
            "1.2.x",
            "1.2.4294967296",
        ] {
            let error = bad.parse::<AppVersion>().unwrap_err();
            assert!(error.to_string().contains("such as 1.4.0"), "{bad}");
        }
        assert!(AppVersion::of_beckon().is_ok());
    }

    #[test]
    fn a_version_reads_back_and_orders_by_its_numbers() {
        let texts = ["0.0.0", "0.1.0", "0.2.0", "0.10.0", "1.0.0", "1.0.10", "4294967295.0.0"];
        let versions = texts.map(|text| text.parse::<AppVersion>().unwrap());
        assert_eq!(versions.map(|version| version.to_string()), texts);
        assert!(versions.is_sorted());
    }
}
