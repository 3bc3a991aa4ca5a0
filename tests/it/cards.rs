//! Cards of an administrator's own, from the command line to the chat; and the card for somebody
//! who is no agent.

use std::path::Path;
use std::process::{Command, Output};

use beckon::config::Config;
use serde_json::{Value, json};

use crate::stage::{Folder, Settings, Stage, World, card_says, signed};

fn beckon(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_beckon"));
    command.args(arguments).env("BECKON_BOT_SECRET", "hush").output().expect("beckon runs")
}

fn said(output: &Output) -> String {
    let Output { stdout, stderr, .. } = output;
    format!("{}{}", String::from_utf8_lossy(stdout), String::from_utf8_lossy(stderr))
}

/// What a command prints that succeeds.
fn prints(arguments: &[&str]) -> String {
    let output = beckon(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", said(&output));
    said(&output)
}

/// What a command says that fails.
fn refuses(arguments: &[&str]) -> String {
    let output = beckon(arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", said(&output));
    said(&output)
}

fn put(folder: &Path, name: &str, content: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
    std::fs::write(path, content).expect("the file is written");
}

#[test]
fn the_command_line_lists_and_expands_cards() {
    let list = prints(&["card", "list"]);
    for part in ["invitation", "taken.hostile", "cards/control.json", "(de, en)"] {
        assert!(list.contains(part), "{part} is not in {list}");
    }
    let card: Value = serde_json::from_str(&prints(&["card", "expand", "missed"])).unwrap();
    assert_eq!(card["version"], "1.5");
    assert!(card["speak"].as_str().unwrap().contains("You missed Grace Hopper"));
    let arguments =
        ["card", "expand", "cancelled", "--language", "de", "--sample", "taken.minimal"];
    assert!(prints(&arguments).contains("Alan Turing war schneller"));

    let folder = Folder::new();
    put(folder.path(), "data.json", r#"{ "language": "en", "agent": "Zoe", "service": "Desk" }"#);
    let data = folder.path().join("data.json").display().to_string();
    assert!(prints(&["card", "expand", "foreign", "--data", &data]).contains("This is for Zoe"));

    assert!(refuses(&["card", "expand", "mised"]).contains("there are invitation, "));
    assert!(refuses(&["card", "expand", "missed", "--language", "tlh"]).contains("de, en"));
    assert!(refuses(&["card", "expand", "missed", "--sample", "x"]).contains("full, minimal"));
    assert!(refuses(&["card", "expand", "missed", "--data", &data]).contains("missed.json"));
}

#[test]
fn the_command_line_checks_cards_and_the_configuration_does_too() {
    assert!(prints(&["card", "check"]).starts_with("valid: "));
    let folder = Folder::new();
    let dir = folder.path().display().to_string();
    put(folder.path(), "texts/en.json", r#"{ "action": { "accept": "Take it" } }"#);
    assert!(prints(&["card", "check", &dir]).starts_with("valid: "));
    let arguments = ["card", "expand", "invitation", "--dir", &dir];
    assert!(prints(&arguments).contains("\"Take it\""));

    put(
        folder.path(),
        "partials/header.json",
        r#"{ "type": "TextBlock", "text": "${with.title}" }"#,
    );
    let found = refuses(&["card", "check", &dir]);
    assert!(found.contains("missed.json at /body/0: needs \"wrap\": true"), "{found}");
    assert!(found.contains("wrong: "), "{found}");

    let example = include_str!("../../config.example.toml")
        .replace("[tenant.sweep]\n", &format!("cards = {{ dir = {dir:?} }}\n\n[tenant.sweep]\n"));
    put(folder.path(), "beckon.toml", &example);
    let config = folder.path().join("beckon.toml").display().to_string();
    let found = refuses(&["--config", &config, "check"]);
    assert!(found.contains("at /body/0: needs \"wrap\": true"), "{found}");
}

/// A card that is too large would not be shown at all.
#[test]
fn codes_that_no_card_can_hold_are_refused_before_the_start() {
    let folder = Folder::new();
    let config = folder.path().join("beckon.toml").display().to_string();
    let code = |n| format!("{{ id = \"code-{n}\", label = \"{}\" }}", "Delivery, late ".repeat(6));
    let list = (0..100).map(code).collect::<Vec<_>>().join(", ");
    let section = format!(
        "[tenant.service.wrap_up]\ncodes = {{ name = \"Topic\", list = [{list}] }}\n\n\
         [tenant.service.silence]"
    );
    let example =
        include_str!("../../config.example.toml").replacen("[tenant.service.silence]", &section, 1);
    put(folder.path(), "beckon.toml", &example);
    let found = refuses(&["--config", &config, "check"]);
    assert!(found.contains("service support, wrap_up.codes: list: "), "{found}");
    assert!(found.contains("leave codes away, or shorten ids and labels, by "), "{found}");
}

#[test]
fn a_zone_that_there_is_not_is_named() {
    let example = include_str!("../../config.example.toml")
        .replace("time_zone = \"UTC\"", "time_zone = \"Europe/Zuerich\"");
    let error = Config::parse(&example, &World::secret).unwrap_err().to_string();
    assert!(error.contains("time_zone") && error.contains("Europe/Zuerich"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_sees_the_cards_of_their_tenant() {
    let mut world = World::new(&Settings::default()).await;
    let dir = world.folder.path().join("cards");
    put(&dir, "texts/en.json", r#"{ "invitation": { "title": "Ring ring: ${customer}" } }"#);
    world.config = world.config.replacen(
        "[[tenant.service]]",
        &format!("cards = {{ dir = {dir:?} }}\n[[tenant.service]]"),
        1,
    );
    let stage = Stage::in_world(world).await;
    stage.client().write("grace", "m1", "Hello?").await;
    card_says(stage.person(0), "Ring ring: Grace Hopper").await;
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parking_and_taking_up_again_repaint_the_card() {
    let stage = Stage::new().await;
    stage.client().write("grace", "m1", "Hello?").await;
    let ada = stage.person(0);
    let card = card_says(ada, "is waiting").await;
    ada.click(&card.id, "accept", json!({})).await.unwrap();
    let card = card_says(ada, "You are in this conversation").await;
    ada.click(&card.id, "park", json!({})).await.unwrap();
    let card = card_says(ada, "You set this conversation aside").await;
    ada.click(&card.id, "unpark", json!({})).await.unwrap();
    let card = card_says(ada, "You are in this conversation").await;
    ada.click(&card.id, "hand_back", json!({})).await.unwrap();
    card_says(ada, "You gave this conversation back to the queue").await;
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_is_no_agent_is_told_what_to_ask_for_in_their_language() {
    let stage = Stage::new().await;
    let eve = stage.world.teams.person("Eve Adams");
    eve.install_bot().await.unwrap();
    let card = card_says(&eve, "You are not set up as an agent").await;
    assert!(card.words().contains(eve.id()), "{}", card.words());

    let mut question = eve.draft("Wer sind Sie?").unwrap();
    question["locale"] = json!("de-CH");
    assert_eq!(signed(&stage, &question.to_string()).await.0, 200);
    card_says(&eve, "Sie sind hier noch nicht als Agent eingerichtet").await;
    stage.stop().await;
}
