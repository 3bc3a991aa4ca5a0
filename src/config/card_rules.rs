//! What a service's cards tell about a session: the keys `card_parameters` and `preview`.

use std::collections::BTreeMap;

use beckon_domain::session::MAX_PARAMETERS;
use beckon_domain::settings::{CardParameter, CardRules, Label};
use beckon_domain::text::one_line;
use serde::Deserialize;

use super::{ConfigError, ServiceEntry};

/// The longest name of a parameter, in characters.
pub(crate) const MAX_PARAMETER_NAME: usize = 64;

/// A parameter that cards show.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardParameterEntry {
    /// Its name, as the channel sends it. 1–64 characters.
    pub name: String,
    /// What people see before its value.
    pub label: String,
    /// The same by language, e.g. `de`, where that is to be different.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
}

/// What the rules see of it.
pub(super) fn settings(service: &ServiceEntry) -> CardRules {
    let parameter = |entry: &CardParameterEntry| CardParameter {
        name: entry.name.clone(),
        label: Label { plain: entry.label.clone(), by_language: entry.labels.clone() },
    };
    CardRules {
        parameters: service.card_parameters.iter().map(parameter).collect(),
        preview: service.preview,
    }
}

/// Checks the names and that every label can be read.
pub(super) fn check(at: &str, service: &ServiceEntry) -> Result<(), ConfigError> {
    let at = format!("{at}: card_parameters");
    let entries = &service.card_parameters;
    if entries.len() > MAX_PARAMETERS {
        let more = format!("has {}; a session has at most {MAX_PARAMETERS}", entries.len());
        return Err(ConfigError::invalid(at, more));
    }
    super::tenant::unique(&at, "name", entries.iter().map(|entry| entry.name.clone()))?;
    for CardParameterEntry { name, label, labels } in entries {
        if name.trim().is_empty() || name.chars().count() > MAX_PARAMETER_NAME {
            let range = format!("must have 1 to {MAX_PARAMETER_NAME} characters");
            return Err(ConfigError::invalid(format!("{at}: name {name:?}"), range));
        }
        let blank = |text: &String| one_line(text).is_empty();
        if blank(label) || labels.values().any(blank) {
            let at = format!("{at}: label of {name:?}");
            return Err(ConfigError::invalid(at, "is empty; agents see it"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn parse(lines: &str) -> Result<Config, String> {
        let example = include_str!("../../config.example.toml");
        let text = example.replacen("misses = 2 ", &format!("{lines}\nmisses = 2 "), 1);
        let secret = |name: &str| (name == "BECKON_BOT_SECRET").then(|| "hush".to_owned());
        Config::parse(&text, &secret).map_err(|error| error.to_string())
    }

    fn rules(lines: &str) -> CardRules {
        settings(&parse(lines).unwrap().tenants[0].services[0])
    }

    #[test]
    fn nothing_is_shown_unless_it_is_said() {
        assert_eq!(rules(""), CardRules::default());
        assert!(!rules("").preview);
    }

    #[test]
    fn labels_are_in_the_language_of_the_reader() {
        let rules = rules(
            "preview = true\ncard_parameters = [{ name = \"order\", label = \"Order\", labels = \
             { de = \"Bestellung\" } }, { name = \"plan\", label = \"Plan\" }]",
        );
        assert!(rules.preview);
        let [order, plan] = &rules.parameters[..] else { panic!("{rules:?}") };
        assert_eq!((&*order.name, order.label.in_language("de")), ("order", "Bestellung"));
        assert_eq!((&*plan.name, plan.label.in_language("de")), ("plan", "Plan"));
        assert_eq!(order.label.in_language("en"), "Order");
    }

    #[test]
    fn what_cannot_be_shown_is_named() {
        let long = "x".repeat(MAX_PARAMETER_NAME + 1);
        let one = |name: &str, label: &str| format!("{{ name = {name:?}, label = {label:?} }}");
        let many: Vec<String> = (0..=MAX_PARAMETERS).map(|n| one(&n.to_string(), "x")).collect();
        for (entries, words) in [
            (one("", "Order"), "must have 1 to 64 characters"),
            (one(&long, "Order"), "must have 1 to 64 characters"),
            (one("order", " "), "label of \"order\": is empty"),
            (format!("{}, {}", one("order", "A"), one("order", "B")), "stands twice"),
            (many.join(", "), "has 21; a session has at most 20"),
        ] {
            let error = parse(&format!("card_parameters = [{entries}]")).unwrap_err();
            assert!(error.contains("card_parameters") && error.contains(words), "{error}");
        }
    }
}
