//! The built-in cards, on every sample in every language.

mod overrides;
mod size;
mod words;

use Face::{Accepted, Cancelled, Declined, Invitation, Missed, Moved, Parked, Terminated};

use super::*;

fn built_in() -> Cards {
    Cards::of_folder(None).unwrap()
}

fn strings(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| strings(item, found)),
        Value::Object(map) => map.values().for_each(|item| strings(item, found)),
        _ => {}
    }
}

#[test]
fn every_sample_in_every_language_is_a_card_that_teams_takes() {
    let cards = built_in();
    let checked = cards.check().unwrap();
    let findings: Vec<String> = checked.findings.iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
    assert_eq!(checked.cards, Sample::all().len() * 2);
    for kind in Kind::all() {
        assert!(Sample::all().iter().any(|sample| sample.kind() == kind), "{kind:?} has no sample");
    }
}

/// The check is worth nothing if it finds nothing: each fault, put into a card, is found.
#[test]
fn the_check_sees_every_fault() {
    let sample = Sample::all()[0];
    let sound = built_in().draw_sample(&sample, "en").unwrap();
    let found = |spoil: &dyn Fn(&mut Value)| {
        let mut card = sound.card.clone();
        spoil(&mut card);
        check::faults(card, &sound.summary).unwrap()
    };
    assert_eq!(found(&|_| {}), []);
    assert_eq!(found(&|card| card["msteams"] = json!({ "width": "Full" })), []);
    let text = |key: &str, value: Value| {
        let mut block = json!({ "type": "TextBlock", "text": "x", "wrap": true });
        block[key] = value;
        block
    };
    let input = |key: &str, value: Value| {
        let mut input = json!({ "type": "Input.Text", "id": "x_v3", "label": "X" });
        input[key] = value;
        input
    };
    let cases: [(&str, &str, Value); 16] = [
        ("/version", "version", json!("1.6")),
        ("/version", "version", Value::Null),
        ("/speak", "speak", json!("")),
        ("/fallbackText", "fallbackText", Value::Null),
        ("/body/0/text", "body", json!([text("text", json!(5))])),
        ("/body/0/wrap", "body", json!([text("wrap", Value::Null)])),
        ("/body/0", "body", json!([text("wrap", json!(false))])),
        ("", "body", json!([text("text", json!("x".repeat(20_000)))])),
        ("/body/0", "body", json!([{ "type": "Image", "url": "https://x.example/" }])),
        ("/body/0", "body", json!([{ "type": "Table" }])),
        ("/body/0", "body", json!([input("id", json!("x"))])),
        ("/body/0", "body", json!([input("label", json!(""))])),
        ("/body/0", "body", json!([input("isRequired", json!(true))])),
        ("/body/0", "body", json!([{ "type": "Marquee" }])),
        ("/actions/0", "actions", json!([{ "type": "Action.Execute", "verb": "accept" }])),
        ("/actions/0", "actions", json!([{ "type": "Action.Execute", "verb": "explode" }])),
    ];
    for (pointer, key, value) in cases {
        let faults = found(&|card| card[key] = value.clone());
        assert!(faults.iter().any(|(at, _)| at == pointer), "{key} = {value}: {faults:?}");
    }
    let other_verb =
        found(&|card| card["actions"][0]["fallback"]["data"]["verb"] = json!("decline"));
    assert!(other_verb.iter().any(|(at, _)| at == "/actions/0"), "{other_verb:?}");
    assert!(!check::faults(sound.card, "").unwrap().is_empty(), "an empty summary");
}

#[test]
fn actions_are_those_of_the_state() {
    let cards = built_in();
    let verbs = |kind: Kind, name: &str| -> Vec<String> {
        let mut every = Sample::all().into_iter();
        let sample = every.find(|one| one.kind() == kind && one.name() == name).unwrap();
        let card = cards.draw_sample(&sample, "en").unwrap().card;
        let actions = card["actions"].as_array().cloned().unwrap_or_default();
        let verb = |action: &Value| action["verb"].as_str().unwrap_or("(link)").to_owned();
        actions.iter().map(verb).collect()
    };
    for (kind, sample, wanted) in [
        (Kind::Face(Invitation), "full", &["accept", "decline"][..]),
        (Kind::Face(Accepted), "opening.full", &["terminate", "park", "hand_back"]),
        (Kind::Face(Accepted), "my_sessions.full", &["(link)", "terminate", "park", "hand_back"]),
        (Kind::Face(Accepted), "chat.full", &["(link)", "terminate", "park", "hand_back"]),
        (Kind::Face(Parked), "full", &["unpark", "(link)", "terminate", "hand_back"]),
        (Kind::Face(Declined), "full", &[]),
        (Kind::Face(Declined), "flagged.full", &["reset_rona"]),
        (Kind::Face(Missed), "full", &[]),
        (Kind::Face(Missed), "flagged.full", &["reset_rona"]),
        (Kind::Face(Cancelled), "taken.full", &[]),
        (Kind::Face(Moved), "handed_back.full", &[]),
        (Kind::Face(Terminated), "minimal", &["finish"]),
        (Kind::Face(Terminated), "full", &["codes", "extend", "finish"]),
        (Kind::Face(Terminated), "hostile", &["codes"]),
        (Kind::Face(Face::Result), "full", &[]),
        (Kind::Face(Face::Result), "late_codes.full", &["codes"]),
        (Kind::Control, "live.full", &["terminate", "park"]),
        (Kind::Control, "parked.full", &["unpark", "terminate"]),
        (Kind::Control, "ended.full", &[]),
        (Kind::Foreign, "full", &[]),
        (Kind::Explain, "full", &[]),
    ] {
        assert_eq!(verbs(kind, sample), wanted, "{kind:?} {sample}");
    }
}

/// What the customer wrote is in one field only, and only where the service allowed it.
#[test]
fn what_the_customer_wrote_is_shown_nowhere_but_in_the_preview() {
    let cards = built_in();
    let wrote = "My order has not arrived";
    for sample in Sample::all() {
        let mut texts = Vec::new();
        let Drawn { card, summary } = cards.draw_sample(&sample, "en").unwrap();
        strings(&card, &mut texts);
        texts.push(summary);
        let times = texts.iter().filter(|text| text.contains(wrote)).count();
        let rings = matches!(sample.kind(), Kind::Face(Face::Invitation | Face::Returning));
        let previewed = rings && sample.name() == "full";
        assert_eq!(times, usize::from(previewed), "{sample:?}");
    }
}

/// The card without the tags to be edited: they come back as they were typed, and what stands in a
/// field is no Markdown.
fn without_tags(mut card: Value) -> Value {
    if card.get("type").is_some_and(|kind| kind == "Input.Text") {
        card["value"].take();
    }
    match card {
        Value::Array(items) => items.into_iter().map(without_tags).collect(),
        Value::Object(map) => {
            map.into_iter().map(|(key, value)| (key, without_tags(value))).collect()
        }
        other => other,
    }
}

/// A hostile name stays a name: data is not expanded, and brings no link and no direction mark.
#[test]
fn what_a_customer_brings_is_only_text() {
    let cards = built_in();
    let every = Sample::all().into_iter().filter(|sample| sample.fill_name() == "hostile");
    let mut named = 0;
    for (sample, language) in every.flat_map(|sample| [(sample, "en"), (sample, "de")]) {
        let Drawn { card, summary } = cards.draw_sample(&sample, language).unwrap();
        named += usize::from(summary.contains("${data} `tick` \\ <at>Ada</at>"));
        let mut texts = vec![summary];
        strings(&without_tags(card), &mut texts);
        for text in texts {
            for bad in ["](", "{{", "\u{202e}"] {
                assert!(!text.contains(bad), "{sample:?} {language}: {text}");
            }
        }
    }
    assert!(named >= 2 * Kind::COUNT, "most summaries name the customer: {named}");
}
