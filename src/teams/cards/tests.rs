//! Every face, on plain and on hostile data: nothing left over, valid, small, and silent about
//! what the customer wrote.

use beckon_domain::ids::{InvitationId, SessionId};
use uuid::Uuid;

use super::*;

fn data(customer: &str) -> CardData {
    CardData {
        invitation: InvitationId(Uuid::from_u128(1)),
        version: 3,
        session: SessionId(Uuid::from_u128(2)),
        service: "Support".to_owned(),
        customer: customer.to_owned(),
        channel: "API",
        waited: "5 s".to_owned(),
        room: Some(format!("Support \u{a6} {customer}")),
        customer_left: false,
        outcome: Some("user_accepted"),
        duration: Some("1 min 35 s".to_owned()),
    }
}

fn hostile() -> String {
    let markup = "${data} `tick` \\ <at>Ada</at> [x]\u{2060}(https://x) \"quote\" *b* _i_";
    format!("{markup}{}", "\u{1f469}\u{200d}\u{1f469}".repeat(60))
}

fn all_strings(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| all_strings(item, found)),
        Value::Object(map) => map.values().for_each(|item| all_strings(item, found)),
        _ => {}
    }
}

/// The 1.5 schema with the ids of its definitions taken out: they are no addresses.
fn schema() -> jsonschema::Validator {
    let schema: Value =
        serde_json::from_str(include_str!("../../../tests/data/adaptive-card-1.5.0.json")).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

#[test]
fn every_face_is_a_valid_small_card_on_any_data() {
    let cards = Cards::new("https://beckon.example.com".to_owned()).unwrap();
    let schema = schema();
    for customer in ["Grace Hopper", &hostile()] {
        for face in Face::ALL {
            let Drawn { card, summary } = cards.draw_face(face, data(customer)).unwrap();
            let name = face.name();
            if let Err(error) = schema.validate(&card) {
                panic!("{name}: {error} at {}", error.instance_path());
            }
            assert_eq!(card["version"], "1.5", "{name}");
            assert!(!summary.is_empty() && card["speak"].is_string(), "{name}");
            assert!(card.to_string().encode_utf16().count() * 2 < 28 * 1024, "{name}");
            let mut texts = Vec::new();
            all_strings(&card, &mut texts);
            let foreign = texts.iter().filter(|text| text.contains("${data}")).count();
            let left = texts.iter().filter(|text| text.contains("${")).count();
            assert_eq!(foreign, left, "{name}: only the customer's own name may look like this");
        }
    }
}

#[test]
fn the_card_says_whose_it_is_to_somebody_else() {
    let cards = Cards::new("https://beckon.example.com".to_owned()).unwrap();
    let card = cards.draw_foreign("Ada Lovelace").unwrap();
    assert!(schema().validate(&card).is_ok());
    assert!(card["fallbackText"].as_str().unwrap().contains("Ada Lovelace"));
}

#[test]
fn every_action_reaches_the_same_handler_on_old_and_new_clients() {
    let cards = Cards::new("https://beckon.example.com".to_owned()).unwrap();
    let mut verbs = Vec::new();
    for face in Face::ALL {
        let card = cards.draw_face(face, data("Grace Hopper")).unwrap().card;
        for action in card["actions"].as_array().into_iter().flatten() {
            if action["type"] == "Action.OpenUrl" {
                assert!(action["url"].as_str().unwrap().starts_with("https://beckon.example.com/"));
                continue;
            }
            let fallback = &action["fallback"];
            assert_eq!(fallback["type"], "Action.Submit");
            assert_eq!(fallback["data"]["verb"], action["verb"]);
            for key in ["invitation", "version"] {
                assert_eq!(fallback["data"][key], action["data"][key]);
            }
            assert_eq!(action["data"]["version"], 3, "a number, as it came");
            verbs.push(action["verb"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(verbs, ["accept", "decline", "terminate", "finish"]);
}
