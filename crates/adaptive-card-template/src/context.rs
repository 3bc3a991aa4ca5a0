//! What a template is expanded with.

use serde_json::Value;

use crate::hooks::{Clock, Randomness, SystemClock, SystemRandomness};

/// Gives the text that stands in for a path that leads to nothing.
type MissingText<'a> = &'a (dyn Fn(&str) -> Option<String> + Sync);

/// What a template is expanded with: data, and optionally a host, a locale, a
/// clock, a source of randomness and the text for missing data.
///
/// ```
/// use adaptive_card_template::{Context, Template};
/// use serde_json::json;
///
/// let template = Template::compile(&json!({ "text": "${formatNumber(total, 2)}" }))?;
/// let data = json!({ "total": 1234.5 });
/// let card = template.expand(&Context::new(&data).with_locale("de-DE"))?;
/// assert_eq!(card, json!({ "text": "1.234,50" }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub(crate) data: Option<&'a Value>,
    pub(crate) host: Option<&'a Value>,
    pub(crate) locale: &'a str,
    pub(crate) clock: &'a (dyn Clock + Sync),
    pub(crate) randomness: &'a (dyn Randomness + Sync),
    missing: Option<MissingText<'a>>,
}

impl<'a> Context<'a> {
    /// A context with data, which `$root` stands for.
    pub fn new(data: &'a Value) -> Self {
        Self { data: Some(data), ..Self::empty() }
    }

    /// A context without any data: `$root` is missing, which is not the same
    /// as null.
    pub fn empty() -> Self {
        Self {
            data: None,
            host: None,
            locale: "en-US",
            clock: &SystemClock,
            randomness: &SystemRandomness,
            missing: None,
        }
    }

    /// What `$host` stands for: facts about the application that shows the
    /// card.
    #[must_use]
    pub fn with_host(mut self, host: &'a Value) -> Self {
        self.host = Some(host);
        self
    }

    /// The locale of `string`, `formatNumber`, `toUpper` and their kin where
    /// the template names none. Default `en-US`.
    #[must_use]
    pub fn with_locale(mut self, locale: &'a str) -> Self {
        self.locale = locale;
        self
    }

    /// The clock of `utcNow`, `getPastTime` and `getFutureTime`. Default
    /// [`SystemClock`].
    #[must_use]
    pub fn with_clock(mut self, clock: &'a (dyn Clock + Sync)) -> Self {
        self.clock = clock;
        self
    }

    /// The randomness of `rand` and `newGuid`. Default [`SystemRandomness`].
    #[must_use]
    pub fn with_randomness(mut self, randomness: &'a (dyn Randomness + Sync)) -> Self {
        self.randomness = randomness;
        self
    }

    /// The text for a path that leads to nothing, given the path. Where it
    /// gives none, or empty text, the text is `${path}`. The JavaScript engine
    /// has this as a process-wide setting.
    #[must_use]
    pub fn with_missing_text(
        mut self,
        missing: &'a (dyn Fn(&str) -> Option<String> + Sync),
    ) -> Self {
        self.missing = Some(missing);
        self
    }

    pub(crate) fn missing_text(&self, path: &str) -> String {
        self.missing
            .and_then(|missing| missing(path))
            .filter(|text| !text.is_empty())
            .unwrap_or_else(|| format!("${{{path}}}"))
    }
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Data may hold what no log should.
        f.debug_struct("Context").field("locale", &self.locale).finish_non_exhaustive()
    }
}
