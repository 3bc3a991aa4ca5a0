//! Each rule is broken once, in an otherwise good package, and is the only one to complain.

use serde_json::{Value, json};

use super::*;
use crate::manifest::{Details, Severity};

mod icons;

const EXAMPLE: &str = include_str!("../../../config.example.toml");
const RSC: &str = "/authorization/permissions/resourceSpecific";

/// The package of the example configuration.
fn good() -> Package {
    let config = crate::config::Config::parse(EXAMPLE, &|_: &str| None).unwrap();
    Details::new(&config, None, None).unwrap().package().unwrap()
}

/// Changes a JSON file of the package.
fn alter(package: &mut Package, file: &str, change: impl FnOnce(&mut Value)) {
    let mut value = serde_json::from_slice(package.get(file).unwrap()).unwrap();
    change(&mut value);
    package.insert(file, serde_json::to_vec(&value).unwrap());
}

/// Sets what a pointer points at, adding the last part if it is not there; `None` takes it out.
fn set(root: &mut Value, pointer: &str, value: Option<Value>) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match (root.pointer_mut(parent).unwrap(), value) {
        (Value::Array(items), Some(value)) => match items.get_mut(key.parse::<usize>().unwrap()) {
            Some(item) => *item = value,
            None => items.push(value),
        },
        (Value::Object(map), Some(value)) => {
            map.insert(key.to_owned(), value);
        }
        (Value::Object(map), None) => {
            map.shift_remove(key).unwrap();
        }
        (other, _) => panic!("{pointer} cannot be set in {other}"),
    }
}

/// Asserts that the package has one finding, and what it says.
fn only(package: &Package, severity: Severity, file: &str, pointer: &str, words: &str) {
    let found = check(package);
    let [finding] = found.as_slice() else { panic!("{file} {pointer}: {found:#?}") };
    let said = finding.to_string();
    assert_eq!((finding.severity, finding.file.as_str()), (severity, file), "{said}");
    assert_eq!(finding.pointer, pointer, "{said}");
    assert!(said.contains(words), "{said} does not say {words}");
    assert!(!finding.mend.is_empty() && !finding.problem.is_empty(), "{said}");
}

#[test]
fn the_package_of_the_example_is_good() {
    assert_eq!(check(&good()), []);
}

#[test]
fn every_rule_of_the_manifest_is_kept() {
    let long = |length: usize| json!("ä".repeat(length));
    let title = json!([{ "title": "/end" }, { "title": "/end" }]);
    let none = "44444444-4444-4444-8444-444444444444";
    let zeros = json!("00000000-0000-0000-0000-000000000000");
    let twin = json!({ "name": "Chat.Manage.Chat", "type": "Delegated" });
    let list = "/bots/0/commandLists/0";
    for (pointer, value, at, words) in [
        // What the schema says.
        ("/id", json!("beckon"), "/id", "does not match"),
        ("/accentColor", json!("blue"), "/accentColor", "does not match"),
        ("/manifestVersion", json!("1.29"), "/manifestVersion", "1.30"),
        ("/packageName", json!("com.example.beckon"), "/packageName", "is not known"),
        ("/name/full", long(101), "/name/full", "has 101 characters, 100 at most"),
        ("/description/short", long(81), "/description/short", "has 81 characters, 80 at most"),
        ("/developer/mpnId", long(11), "/developer/mpnId", "10 at most"),
        ("/bots/1", json!({ "botId": none, "scopes": [] }), "/bots", "has 2 entries, 1 at most"),
        ("/bots/0/scopes/2", json!("groupchat"), "/bots/0/scopes/2", "groupchat"),
        // Texts.
        ("/version", json!("1.0.0-rc.1"), "/version", "such as 1.4.0"),
        ("/id", zeros, "/id", "all zeros"),
        ("/name/short", json!(" "), "/name/short", "is blank"),
        ("/name/full", json!("Beckon"), "/name/full", "the same as /name/short"),
        ("/developer/name", json!("${developer}"), "/developer/name", "placeholder"),
        ("/description/full", json!("{{TEXT}}"), "/description/full", "placeholder"),
        (
            "/developer/privacyUrl",
            json!("http://example.com"),
            "/developer/privacyUrl",
            "over https",
        ),
        (
            "/developer/websiteUrl",
            json!("https://localhost"),
            "/developer/websiteUrl",
            "own machine",
        ),
        ("/developer/websiteUrl", json!("https://"), "/developer/websiteUrl", "is no link"),
        // Domains.
        ("/validDomains/0", json!("https://example.com"), "/validDomains/0", "a scheme or a path"),
        ("/validDomains/0", json!("127.0.0.1"), "/validDomains/0", "server.public_url"),
        ("/validDomains/0", json!("localhost:3978"), "/validDomains/0", "server.public_url"),
        ("/validDomains/0", json!("a.*.example.com"), "/validDomains/0", "first label"),
        ("/validDomains/0", json!("*.com"), "/validDomains/0", "top-level"),
        ("/validDomains/0", json!("two words.com"), "/validDomains/0", "is no host"),
        ("/validDomains/1", json!("beckon.example.com"), "/validDomains/1", "stands twice"),
        // The bot and what hangs on it.
        ("/bots", json!([]), "/bots", "names no bot"),
        ("/bots/0/scopes", json!(["groupChat"]), "/bots/0/scopes", "lacks personal"),
        ("/defaultInstallScope", json!("team"), "/defaultInstallScope", "not a scope of the bot"),
        (&format!("{list}/scopes/0"), json!("team"), &format!("{list}/scopes/0"), "not a scope"),
        (&format!("{list}/scopes"), json!([]), &format!("{list}/scopes"), "is empty"),
        (
            &format!("{list}/commands/0/title"),
            json!(""),
            &format!("{list}/commands/0/title"),
            "is blank",
        ),
        // Permissions.
        (&format!("{RSC}/5"), twin, &format!("{RSC}/5"), "stands twice"),
        (&format!("{RSC}/0/type"), json!("Delegated"), &format!("{RSC}/0/type"), "on behalf of"),
        (&format!("{RSC}/0/type"), json!("Both"), &format!("{RSC}/0/type"), "Both"),
        ("/webApplicationInfo/id", json!(none), "/webApplicationInfo/id", "another application"),
        ("/webApplicationInfo/resource", json!(""), "/webApplicationInfo/resource", "is empty"),
        // Files and languages.
        ("/icons/color", json!("Color.png"), "/icons/color", "write \"color.png\""),
        (
            "/localizationInfo/defaultLanguageTag",
            json!("DE"),
            "/localizationInfo/additionalLanguages/0/languageTag",
            "stands twice",
        ),
    ] {
        let mut package = good();
        alter(&mut package, MANIFEST, |manifest| set(manifest, pointer, Some(value)));
        let found: Vec<_> =
            check(&package).into_iter().filter(|found| !is_echo(pointer, found)).collect();
        let [finding] = found.as_slice() else { panic!("{pointer}: {found:#?}") };
        let said = finding.to_string();
        assert_eq!((finding.severity, finding.pointer.as_str()), (Severity::Error, at), "{said}");
        assert!(said.contains(words) && !finding.mend.is_empty(), "{said} does not say {words}");
    }
    // Two in one list of commands.
    let mut package = good();
    for language in ["en.json", "de.json"] {
        alter(&mut package, language, |texts| {
            texts.as_object_mut().unwrap().retain(|key, _| !key.starts_with("bots"));
        });
    }
    alter(&mut package, MANIFEST, |manifest| {
        set(manifest, &format!("{list}/commands"), Some(title));
    });
    only(&package, Severity::Error, MANIFEST, &format!("{list}/commands/1/title"), "stands twice");
    alter(&mut package, MANIFEST, |manifest| {
        set(manifest, &format!("{list}/commands"), Some(json!([])));
    });
    only(&package, Severity::Error, MANIFEST, &format!("{list}/commands"), "is empty");
}

/// What else must be said where one change breaks two things.
fn is_echo(pointer: &str, found: &Finding) -> bool {
    match pointer {
        // A file by another name leaves the old one over.
        "/icons/color" => found.severity == Severity::Warning,
        // The schema would refuse an equal twin by itself, so this one differs in its type.
        "/authorization/permissions/resourceSpecific/5" => found.pointer.ends_with("/5/type"),
        // Without a bot nothing is left that commands can be translated of.
        "/bots" => found.file != MANIFEST || found.pointer != "/bots",
        "/bots/0/scopes" => {
            found.pointer.starts_with("/bots/0/commandLists")
                || found.pointer == "/defaultInstallScope"
        }
        _ => false,
    }
}

#[test]
fn what_is_needed_and_missing_is_named() {
    for (pointer, at, words) in [
        ("/version", "/version", "is missing"),
        ("/developer/termsOfUseUrl", "/developer/termsOfUseUrl", "is missing"),
        ("/icons/outline", "/icons/outline", "is missing"),
        ("/webApplicationInfo", "/webApplicationInfo", "names no application"),
        ("/webApplicationInfo/resource", "/webApplicationInfo/resource", "is empty"),
    ] {
        let mut package = good();
        alter(&mut package, MANIFEST, |manifest| set(manifest, pointer, None));
        package.remove(if pointer == "/icons/outline" { "outline.png" } else { "" });
        only(&package, Severity::Error, MANIFEST, at, words);
    }
    for index in 0..5 {
        let mut package = good();
        let mut name = String::new();
        alter(&mut package, MANIFEST, |manifest| {
            let taken = manifest.pointer_mut(RSC).unwrap().as_array_mut().unwrap().remove(index);
            taken["name"].as_str().unwrap().clone_into(&mut name);
        });
        only(&package, Severity::Error, MANIFEST, RSC, &format!("lacks {name}"));
    }
}

#[test]
fn a_permission_that_is_not_known_is_warned_of() {
    let mut package = good();
    let misspelt = json!({ "name": "ChatMesage.Read.Chat", "type": "Application" });
    alter(&mut package, MANIFEST, |manifest| set(manifest, &format!("{RSC}/5"), Some(misspelt)));
    only(&package, Severity::Warning, MANIFEST, &format!("{RSC}/5/name"), "mend its spelling");
}

#[test]
fn every_rule_of_languages_is_kept() {
    let title = "bots[0].commandLists[0].commands[3].title";
    for (key, value, words) in [
        ("name.short", json!("ä".repeat(31)), "has 31 characters, 30 at most"),
        ("name.full", json!("ä".repeat(101)), "100 at most"),
        ("description.short", json!("ä".repeat(81)), "80 at most"),
        ("description.full", json!("ä".repeat(4001)), "4000 at most"),
        ("name.short", json!("  "), "does not match"),
        ("name.short", json!("Null"), "does not match"),
        ("name.full", json!("${name}"), "placeholder"),
        ("name.long", json!("Beckon"), "is not known"),
        (title, json!("/x"), "where no text is"),
    ] {
        let mut package = good();
        alter(&mut package, "de.json", |texts| texts[key] = value);
        if key == "name.long" {
            // What the schema does not know has no text in the manifest, either.
            let said: Vec<_> = check(&package).iter().map(ToString::to_string).collect();
            assert!(said.len() == 2 && said.iter().any(|line| line.contains(words)), "{said:?}");
        } else {
            only(&package, Severity::Error, "de.json", &format!("/{key}"), words);
        }
    }
    let mut package = good();
    alter(&mut package, "de.json", |texts| set(texts, "/description.full", None));
    only(&package, Severity::Error, "de.json", "/description.full", "is missing");
    package.insert("de.json", "{");
    only(&package, Severity::Error, "de.json", "", "is not JSON");
}

#[test]
fn paths_stay_in_the_package_and_lead_to_files() {
    for (path, words) in [
        ("../de.json", "leads out"),
        ("/de.json", "not a relative path"),
        ("C:/de.json", "not a relative path"),
        ("texts\\de.json", "backslash"),
        ("", "is empty"),
        ("fr.json", "is not in the package"),
        ("DE.json", "write \"de.json\""),
    ] {
        let pointer = "/localizationInfo/additionalLanguages/0/file";
        let mut package = good();
        alter(&mut package, MANIFEST, |manifest| set(manifest, pointer, Some(json!(path))));
        let found = check(&package);
        let errors: Vec<_> =
            found.iter().filter(|found| found.severity == Severity::Error).collect();
        let [error] = errors.as_slice() else { panic!("{path}: {found:#?}") };
        assert_eq!(error.pointer, pointer);
        assert!(error.to_string().contains(words), "{error}");
    }
    let mut package = good();
    package.insert("notes.txt", "");
    only(&package, Severity::Warning, "notes.txt", "", "leave it out");
    let mut package = good();
    package.insert("../evil", "");
    assert!(check(&package)[0].to_string().starts_with("error: ../evil: leads out"));
}

#[test]
fn a_package_without_a_manifest_is_told_why() {
    only(&Package::default(), Severity::Error, MANIFEST, "", "is missing");
    let mut folder = Package::default();
    folder.insert("beckon/manifest.json", "{}");
    only(&folder, Severity::Error, MANIFEST, "", "there is beckon/manifest.json");
    let mut marked = Package::default();
    marked.insert(MANIFEST, "\u{feff}{}");
    only(&marked, Severity::Error, MANIFEST, "", "byte order mark");
    let mut list = Package::default();
    list.insert(MANIFEST, "[]");
    assert!(check(&list).iter().any(|found| found.pointer.is_empty()), "an array is no manifest");
}

#[test]
fn the_page_tells_the_reason_of_every_permission() {
    let page = include_str!("../../../docs/manifest.md");
    let manifest: Value = serde_json::from_slice(good().get(MANIFEST).unwrap()).unwrap();
    for entry in list(&manifest, RSC) {
        let name = entry["name"].as_str().unwrap();
        assert!(page.contains(&format!("| `{name}` |")), "docs/manifest.md lacks {name}");
    }
}
