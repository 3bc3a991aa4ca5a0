//! What the configuration makes of the package.

use super::*;

const EXAMPLE: &str = include_str!("../../../config.example.toml");
const PUBLIC: &str = "https://beckon.example.com";

/// The example with its public address replaced and lines in `[manifest]`.
pub(in crate::manifest) fn config(public: &str, section: &str) -> Config {
    let text = EXAMPLE
        .replace(PUBLIC, public)
        .replace("[[tenant]]", &format!("[manifest]\n{section}\n[[tenant]]"));
    Config::parse(&text, &|_: &str| None).unwrap()
}

fn manifest(details: &Details) -> Value {
    serde_json::from_slice(details.package().unwrap().get(MANIFEST).unwrap()).unwrap()
}

#[test]
fn ids_domains_and_names_come_from_the_configuration() {
    let section = "name = \"Acme Desk\"\ndeveloper = \"Acme\"\nprivacy_url = \"https://acme.example/p\"\n\
                   terms_of_use_url = \"https://acme.example/t\"\nversion = \"3.0.1\"\n\
                   id = \"44444444-4444-4444-8444-444444444444\"";
    let details =
        Details::new(&config("https://Desk.Acme.example/beckon/", section), None, None).unwrap();
    assert_eq!(details.warnings(), []);
    let manifest = manifest(&details);
    let bot = "11111111-1111-4111-8111-111111111111";
    for (pointer, value) in [
        ("/id", "44444444-4444-4444-8444-444444444444"),
        ("/version", "3.0.1"),
        ("/bots/0/botId", bot),
        ("/webApplicationInfo/id", bot),
        ("/webApplicationInfo/resource", &format!("api://desk.acme.example/botid-{bot}")),
        ("/validDomains/0", "desk.acme.example"),
        ("/name/short", "Acme Desk"),
        ("/developer/name", "Acme"),
        ("/developer/websiteUrl", "https://desk.acme.example/beckon"),
        ("/developer/privacyUrl", "https://acme.example/p"),
        ("/developer/termsOfUseUrl", "https://acme.example/t"),
    ] {
        assert_eq!(manifest.pointer(pointer).unwrap(), value, "{pointer}");
    }
    let package = details.package().unwrap();
    let german: Value = serde_json::from_slice(package.get("de.json").unwrap()).unwrap();
    assert_eq!(german["name.short"], "Acme Desk");
}

#[test]
fn what_is_not_configured_has_a_default_and_what_is_given_wins() {
    let plain = config(PUBLIC, "");
    let details = Details::new(&plain, None, None).unwrap();
    assert_eq!(details.id().to_string(), plain.bot.app_id);
    assert_eq!(details.version(), AppVersion::of_beckon().unwrap());
    let keys: Vec<_> = details.warnings().iter().map(|found| found.pointer.as_str()).collect();
    assert_eq!(keys, ["manifest.privacy_url", "manifest.terms_of_use_url"]);

    let (id, version) = (Uuid::from_u128(7), "9.9.9".parse().unwrap());
    let section = "id = \"44444444-4444-4444-8444-444444444444\"\nversion = \"1.0.0\"";
    let details = Details::new(&config(PUBLIC, section), Some(id), Some(version)).unwrap();
    assert_eq!((details.id(), details.version()), (id, version));
}

#[test]
fn an_address_that_teams_cannot_reach_is_refused_with_the_mend() {
    for local in [
        "http://127.0.0.1:3978",
        "http://localhost",
        "https://127.8.9.1",
        "https://beckon.localhost",
    ] {
        let error = Details::new(&config(local, ""), None, None).unwrap_err().to_string();
        assert!(
            error.starts_with("server.public_url") && error.contains("https address"),
            "{error}"
        );
    }
    let nowhere = EXAMPLE.replace("public_url =", "# public_url =");
    let nowhere = Config::parse(&nowhere, &|_: &str| None).unwrap();
    let error = Details::new(&nowhere, None, None).unwrap_err().to_string();
    assert!(error.contains("http://127.0.0.1:3978 is reached from this machine only"), "{error}");
}

#[test]
fn an_odd_address_is_warned_of() {
    for (public, word) in
        [("https://192.0.2.7", "address"), ("https://beckon.example.com:8443", "443")]
    {
        let details = Details::new(&config(public, ""), None, None).unwrap();
        let found = &details.warnings()[0];
        assert_eq!(found.pointer, "server.public_url");
        assert!(found.problem.contains(word), "{found}");
    }
}

#[test]
fn the_default_language_says_what_the_manifest_says() {
    let package = Details::new(&config(PUBLIC, ""), None, None).unwrap().package().unwrap();
    let read = |file| serde_json::from_slice::<Value>(package.get(file).unwrap()).unwrap();
    let (manifest, english, german) = (read(MANIFEST), read("en.json"), read("de.json"));
    let pointer = |key: &str| format!("/{}", key.replace("].", "/").replace(['.', '['], "/"));
    let english = english.as_object().unwrap();
    for (key, text) in english.iter().filter(|(key, _)| *key != "$schema") {
        assert_eq!(manifest.pointer(&pointer(key)), Some(text), "{key}");
    }
    assert!(english.len() > 7, "names, descriptions and commands");
    let keys = |map: &serde_json::Map<String, Value>| map.keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(english), keys(german.as_object().unwrap()));
}
