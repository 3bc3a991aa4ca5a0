//! What Microsoft's own clients demand of a token and its key: see `tests/recorded/README.md`.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::bot::{Bot, http};

fn recorded() -> Value {
    serde_json::from_str(include_str!("../recorded/signing.json")).unwrap()
}

async fn get(url: &str) -> Value {
    http().get(url).send().await.unwrap().json().await.unwrap()
}

/// Header and claims of the token of a delivery, the key it names and the document that leads
/// there, as in the recording.
async fn signed(bot: &Bot) -> Value {
    bot.teams.person("Ada").install_bot().await.unwrap();
    let token = bot.tokens().remove(0);
    let part = |number| -> Value {
        let text = token.split('.').nth(number).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
    };
    let (header, claims) = (part(0), part(1));
    let document = get(&bot.teams.environment().openid_metadata_url).await;
    let jwks = get(document["jwks_uri"].as_str().unwrap()).await;
    let keys = jwks["keys"].as_array().unwrap();
    let key = keys.iter().find(|key| key["kid"] == header["kid"]).unwrap();
    json!({"header": header, "claims": claims, "key": key, "document": document})
}

#[tokio::test]
async fn nothing_is_missing_that_a_client_demands() {
    let signed = signed(&Bot::start().await).await;
    let recorded = recorded();
    let clients = recorded["clients"].as_array().unwrap();
    assert_eq!(clients.len(), 2);
    for client in clients {
        for list in ["refusedWithout", "refusedIfWrong"] {
            let members = client[list].as_array().unwrap();
            assert!(members.len() >= 4, "{client}");
            for member in members {
                let found = signed.pointer(member.as_str().unwrap());
                assert!(found.is_some_and(|value| !value.is_null()), "{member} for {client}");
            }
        }
    }
}

#[tokio::test]
async fn token_key_and_document_are_as_the_clients_accepted_them() {
    let bot = Bot::start().await;
    let signed = signed(&bot).await;
    let accepted = &recorded()["accepted"];
    // What differs from fake to fake, by its own rules; everything else is equal.
    let mut expected = accepted.clone();
    for varying in [
        "/header/kid",
        "/header/x5t",
        "/key/kid",
        "/key/x5t",
        "/key/n",
        "/claims/nbf",
        "/claims/exp",
        "/claims/serviceurl",
        "/document/jwks_uri",
    ] {
        *expected.pointer_mut(varying).unwrap() = signed.pointer(varying).unwrap().clone();
    }
    assert_eq!(signed, expected);

    let at = |tree: &Value, pointer: &str| tree.pointer(pointer).unwrap().clone();
    let bytes = |tree: &Value, pointer: &str| {
        URL_SAFE_NO_PAD.decode(at(tree, pointer).as_str().unwrap()).unwrap().len()
    };
    let lifetime = |tree: &Value| {
        at(tree, "/claims/exp").as_i64().unwrap() - at(tree, "/claims/nbf").as_i64().unwrap()
    };
    for tree in [&signed, accepted] {
        for name in ["/header/kid", "/header/x5t", "/key/x5t"] {
            assert_eq!(at(tree, name), at(tree, "/key/kid"), "{name}");
        }
        assert_eq!((bytes(tree, "/key/kid"), bytes(tree, "/key/n")), (20, 256));
        assert_eq!(lifetime(tree), 3_600);
    }
    // botframework-connector compares the two as they stand.
    assert_eq!(signed["claims"]["serviceurl"], bot.received()[0]["serviceUrl"]);
}
