//! Folders of an administrator: what they change, and what is said about their mistakes.

use std::path::PathBuf;

use beckon_domain::ids::ServiceId;
use beckon_domain::wrap_up::WrapUp;
use uuid::Uuid;

use super::*;
use crate::testing::TempDir;

const TENANT: TenantId = TenantId(Uuid::from_u128(9));

fn folder(files: &[(&str, &str)]) -> TempDir {
    let dir = TempDir::new();
    for (name, content) in files {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    dir
}

fn look(folder: Option<PathBuf>, service: Option<PathBuf>, language: Option<&str>) -> Look {
    let service = ServiceLook {
        service: ServiceId::from("vip"),
        folder: service,
        language: None,
        wrap_up: WrapUp::default(),
        parameters: Vec::new(),
    };
    let language = language.map(str::to_owned);
    Look { tenant: TENANT, folder, language, zone: TimeZone::UTC, services: vec![service] }
}

fn load(files: &[(&str, &str)]) -> Result<Cards, CardError> {
    let dir = folder(files);
    Cards::new(String::new(), vec![look(Some(dir.path().to_owned()), None, None)])
}

fn refused(files: &[(&str, &str)]) -> String {
    load(files).map(|_| ()).unwrap_err().to_string()
}

/// What the foreign card says, in the look of a service.
fn title(cards: &Cards, service: &str, locale: &str) -> String {
    let look = cards.looks.of_service(TENANT, &ServiceId::from(service));
    let language = look.set().language([locale].into_iter().chain(look.languages())).unwrap();
    let card = foreign(language, Some("Ada"), "Support").unwrap();
    card["body"][0]["items"][1]["text"].as_str().unwrap().to_owned()
}

#[test]
fn a_file_of_the_service_goes_before_that_of_the_tenant_and_that_before_ours() {
    let tenant = folder(&[
        ("texts/en.json", r#"{ "foreign": { "title": "Not yours, `friend` ${agent}" } }"#),
        ("texts/fr.json", include_str!("../../../../cards/texts/en.json")),
    ]);
    let service = folder(&[("texts/en.json", r#"{ "foreign": { "title": "VIP only" } }"#)]);
    let (tenant, service) = (tenant.path().to_owned(), service.path().to_owned());
    let cards =
        Cards::new(String::new(), vec![look(Some(tenant), Some(service), Some("de"))]).unwrap();
    assert_eq!(title(&cards, "support", "en"), "Not yours, `friend` Ada");
    assert_eq!(title(&cards, "vip", "en"), "VIP only");
    assert_eq!(title(&cards, "vip", "de"), "Das ist für Ada", "ours, where they say nothing");
    assert_eq!(title(&cards, "vip", "xx"), "Das ist für Ada", "the tenant's language");
    assert_eq!(title(&cards, "support", "fr-FR"), "This is for Ada", "a language of their own");
}

#[test]
fn a_template_and_a_partial_can_be_replaced() {
    let header = r#"{ "type": "Container", "items": [
        { "type": "TextBlock", "text": "*Acme* ${with.line}", "wrap": true },
        { "type": "TextBlock", "text": "${with.title}", "wrap": true } ] }"#;
    let cards = load(&[("partials/header.json", header)]).unwrap();
    let look = cards.looks.of_tenant(TENANT);
    let language = look.set().language(["en"]).unwrap();
    let card = Sample::all()[0].draw(language, &TimeZone::UTC).unwrap().card;
    assert_eq!(card["body"][0]["items"][0]["text"], "*Acme* Support · WhatsApp");
}

#[test]
fn a_mistake_is_named_with_its_file_its_place_and_its_mend() {
    let card = |body: &str| {
        format!(
            r#"{{ "type": "AdaptiveCard", "version": "1.5", "lang": "en", "speak": "x",
                 "fallbackText": "x", "body": [{body}] }}"#
        )
    };
    let text =
        |text: &str| card(&format!(r#"{{ "type": "TextBlock", "wrap": true, "text": "{text}" }}"#));
    let file = "missed.json";
    for (name, content, wanted) in [
        (file, "{".to_owned(), &["missed.json", "is not JSON", "line 1"][..]),
        ("mised.json", text("x"), &["mised.json", "no card of this name", "missed"]),
        (file, text("${1 +}"), &["missed.json at /body/0/text", "expected"]),
        (
            file,
            text("${custmer}"),
            &["missed.json at /body/0/text", "expected", "did you mean \"customer\"?"],
        ),
        (file, text("${text.hello}"), &["missed.json at /body/0/text", "\"hello\"", "add it to"]),
        (file, text("${with.x}y"), &["missed.json at /body/0/text", "with.x was not given"]),
        (file, card(r#"{ "type": "Marquee" }"#), &["missed.json at /body/0", "sample full, "]),
        (
            file,
            card(r#"{ "type": "TextBlock", "text": "x" }"#),
            &["missed.json at /body/0", "\"wrap\": true"],
        ),
        (
            file,
            card(r#"{ "$include": "partials/none.json" }"#),
            &["missed.json at /body/0/$include", "there is no file partials/none.json"],
        ),
        (
            file,
            card(r#"{ "$include": "../../secret.json" }"#),
            &["missed.json at /body/0/$include", "must be \"partials/NAME.json\""],
        ),
        (
            file,
            card(r#"{ "$include": "partials/header.json", "$with": 5 }"#),
            &["missed.json at /body/0/$with", "must be an object"],
        ),
        (
            "partials/header.json",
            r#"{ "type": "Container", "items": [{ "$include": "partials/header.json" }] }"#
                .to_owned(),
            &["header.json at /items/0/$include", "includes itself", "invitation.json \u{2192}"],
        ),
        (
            "partials/header.json",
            r#"{ "type": "Container", "items": [{ "type": "TextBlock", "text": "${1 +}" }] }"#
                .to_owned(),
            &["header.json at /items/0/text", "expected", "${1 +}"],
        ),
        // The mistake is in what a part was given: what it says tells where to look.
        (
            file,
            card(r#"{ "$include": "partials/header.json", "$with": { "line": "${1 +}" } }"#),
            &["header.json at /items/0/text", "\"${1 +}\"", "missed.json shows in de"],
        ),
        (
            "texts/en.json",
            r#"{ "missed": { "title": "Lost: ${custmer}" } }"#.to_owned(),
            &["\"Lost: ${custmer}\"", "cards/missed.json shows in en", "mean \"customer\"?"],
        ),
        (
            "texts/en.json",
            r#"{ "action": { "acept": "Yes" } }"#.to_owned(),
            &["texts/en.json at /action/acept", "did you mean \"action.accept\"?"],
        ),
        ("texts/en.json", r#"{ "action": 5 }"#.to_owned(), &["texts/en.json at /action", "text"]),
        (
            "texts/en.json",
            r#"{ "gone": { "taken": { "title": "${by" } } }"#.to_owned(),
            &["texts/en.json at /gone/taken/title", "expected"],
        ),
        (
            "texts/en.json",
            r#"{ "format": { "time": "%Q%" } }"#.to_owned(),
            &["texts/en.json at /format/time", "no format of a time"],
        ),
        (
            "texts/it.json",
            r#"{ "action": { "accept": "Accetta" } }"#.to_owned(),
            &["texts/it.json", "there is no text", "add it"],
        ),
    ] {
        let said = refused(&[(name, &content)]);
        for part in wanted {
            assert!(said.contains(part), "{name} {content}\n{said}\nlacks {part}");
        }
    }
}

#[test]
fn a_language_without_texts_and_a_folder_that_is_not_there_are_refused() {
    let error = Cards::new(String::new(), vec![look(None, None, Some("tlh"))]).unwrap_err();
    let said = error.to_string();
    assert!(said.contains("\"tlh\"") && said.contains("de, en"), "{said}");
    let nowhere = PathBuf::from("no/such/folder");
    let error = Cards::new(String::new(), vec![look(Some(nowhere), None, None)]).unwrap_err();
    assert!(error.to_string().contains("no/such/folder"), "{error}");
}
