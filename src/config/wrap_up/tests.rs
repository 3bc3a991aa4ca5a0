use super::*;
use crate::config::Config;

const EXAMPLE: &str = include_str!("../../../config.example.toml");

const SECTION: &str = r#"
[tenant.service.wrap_up]
early_end = false
extensions = 2
tags = true
codes2 = { name = "Solved", list = [{ id = "yes", label = "Yes" }] }

[tenant.service.wrap_up.codes]
name = "Topic"
names = { de = "Thema" }
required = true
list = [
    { id = "billing", label = "Billing", labels = { de = "Rechnung" } },
    { id = "delivery", label = "Delivery" },
]
"#;

fn parse(section: &str, from: &str, to: &str) -> Result<Config, String> {
    let place = "[tenant.service.silence]";
    // The example has some of the same keys, as comments: what is said here comes first.
    let mine = section.replacen(from, to, 1);
    let example = if mine == section { EXAMPLE.replacen(from, to, 1) } else { EXAMPLE.to_owned() };
    let text = example.replacen(place, &format!("{mine}\n{place}"), 1);
    let secret = |name: &str| (name == "BECKON_BOT_SECRET").then(|| "hush".to_owned());
    Config::parse(&text, &secret).map_err(|error| error.to_string())
}

fn settings(section: &str) -> WrapUp {
    let config = parse(section, "", "").unwrap();
    config.tenants[0].directory().service(&"support".into()).unwrap().wrap_up.clone()
}

#[test]
fn what_is_not_said_is_as_the_rules_have_it() {
    let length = Some(SignedDuration::from_secs(20));
    assert_eq!(settings(""), WrapUp { length, ..WrapUp::default() });
}

#[test]
fn every_setting_arrives() {
    let WrapUp { early_end, extensions, tags, codes, codes2, .. } = settings(SECTION);
    assert_eq!((early_end, extensions, tags), (false, 2, true));
    let codes = codes.unwrap();
    assert!(codes.required && codes.name.in_language("de") == "Thema");
    let shown: Vec<_> =
        codes.codes.iter().map(|code| (code.id.as_str(), code.label.in_language("de"))).collect();
    assert_eq!(shown, [("billing", "Rechnung"), ("delivery", "Delivery")]);
    assert!(!codes2.unwrap().required);
}

#[test]
fn every_bad_value_names_its_key() {
    let many: Vec<_> = (0..101).map(|n| format!("{{ id = \"c{n}\", label = \"C\" }}")).collect();
    let many = format!("list = [{}]", many.join(", "));
    for (from, to, key) in [
        ("extensions = 2", "extensions = 11", "wrap_up: extensions"),
        ("wrap_up_seconds = 20", "wrap_up_seconds = 0", "wrap_up.codes: required"),
        ("list = [{ id = \"yes\", label = \"Yes\" }]", "list = []", "codes2: list"),
        ("list = [{ id = \"yes\", label = \"Yes\" }]", many.as_str(), "codes2: list"),
        ("id = \"delivery\"", "id = \"billing\"", "\"billing\" stands twice"),
        ("id = \"delivery\"", "id = \"a b\"", "wrap_up.codes: id"),
        ("label = \"Delivery\"", "label = \" \"", "wrap_up.codes, delivery: label"),
        ("de = \"Thema\"", "de = \"\"", "wrap_up.codes: name"),
        ("tags = true", "tag = true", "did you mean `tags`?"),
    ] {
        let error = parse(SECTION, from, to).unwrap_err();
        assert!(error.contains(key), "{to}: {error}");
    }
}
