//! `[manifest]`: what people read about the app in Teams.

use serde::Deserialize;
use url::Url;
use uuid::Uuid;

use super::ConfigError;
use crate::manifest::AppVersion;

/// The longest `name.short` of a Teams app, in characters.
const NAME: usize = 30;
/// The longest `developer.name` of a Teams app, in characters.
const DEVELOPER: usize = 32;

/// The section `[manifest]`: what `beckon manifest build` cannot know from the others. All of it
/// has defaults that Teams accepts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Manifest {
    /// The app's id in Teams, by which a tenant's catalog finds it again. Default: `bot.app_id`.
    pub id: Option<Uuid>,
    /// The package's version. Teams takes an update only if it is higher than the last one.
    /// Default: the version of Beckon.
    pub version: Option<AppVersion>,
    /// The app's name, 1 to 30 characters. Default `Beckon`.
    pub name: String,
    /// Who answers for the app, 1 to 32 characters. Default `The Beckon developers`.
    pub developer: String,
    /// What tells about the app. https. Default: `server.public_url`.
    pub website_url: Option<Url>,
    /// The statement on privacy. https. Default: `website_url`.
    pub privacy_url: Option<Url>,
    /// The terms of use. https. Default: `website_url`.
    pub terms_of_use_url: Option<Url>,
}

impl Default for Manifest {
    fn default() -> Self {
        Self {
            id: None,
            version: None,
            name: "Beckon".to_owned(),
            developer: "The Beckon developers".to_owned(),
            website_url: None,
            privacy_url: None,
            terms_of_use_url: None,
        }
    }
}

impl Manifest {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        for (key, text, most) in [
            ("manifest.name", &self.name, NAME),
            ("manifest.developer", &self.developer, DEVELOPER),
        ] {
            let long = text.chars().count();
            if text.trim().is_empty() || long > most || text.contains(char::is_control) {
                return Err(ConfigError::invalid(
                    key,
                    format!("{text:?} must be 1 to {most} characters in one line; it has {long}"),
                ));
            }
        }
        for (key, url) in [
            ("manifest.website_url", &self.website_url),
            ("manifest.privacy_url", &self.privacy_url),
            ("manifest.terms_of_use_url", &self.terms_of_use_url),
        ] {
            if let Some(url) = url
                && url.scheme() != "https"
            {
                return Err(ConfigError::invalid(
                    key,
                    format!("{url} must begin with https://; Teams shows no other links"),
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Config;

    const EXAMPLE: &str = include_str!("../../config.example.toml");

    fn refusal(line: &str) -> String {
        let text = EXAMPLE.replace("[[tenant]]", &format!("[manifest]\n{line}\n[[tenant]]"));
        Config::parse(&text, &|_: &str| None).unwrap_err().to_string()
    }

    #[test]
    fn every_bad_value_names_its_key() {
        for (key, value) in [
            ("name", "\" \"".to_owned()),
            ("name", format!("{:?}", "é".repeat(31))),
            ("developer", format!("{:?}", "d".repeat(33))),
            ("developer", "\"two\\nlines\"".to_owned()),
            ("website_url", "\"http://example.com\"".to_owned()),
            ("privacy_url", "\"ftp://example.com\"".to_owned()),
            ("terms_of_use_url", "\"terms.html\"".to_owned()),
            ("version", "\"1.2\"".to_owned()),
            ("id", "\"beckon\"".to_owned()),
        ] {
            let error = refusal(&format!("{key} = {value}"));
            assert!(error.contains(key), "{key} = {value}: {error}");
        }
    }

    #[test]
    fn lengths_are_counted_in_characters_and_the_limits_fit() {
        let line = format!("name = {:?}\ndeveloper = {:?}", "é".repeat(30), "d".repeat(32));
        let text = EXAMPLE.replace("[[tenant]]", &format!("[manifest]\n{line}\n[[tenant]]"));
        let manifest = Config::parse(&text, &|_: &str| None).unwrap().manifest;
        assert_eq!(manifest.name.chars().count(), 30);
        assert_eq!(manifest.version, None);
    }
}
