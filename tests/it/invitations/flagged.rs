//! An agent who did not answer is flagged (I3), and says that they are back: on the card, in the
//! console, in the chat.

use http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::outcomes::desk::Desk;
use crate::stage::{card_says, card_with, forged_click};

const FLAGS: &str = "rona_seconds = 600";
const UNTIL: &str = "No invitations come to you until";

/// Ada misses a customer; the session, and the message with her card.
async fn missed(desk: &Desk) -> (String, String) {
    let session = desk.write("website", "grace", "m1").await;
    card_with(desk.person(0), "accept").await;
    desk.until(&session, "invitation_delivered", 1).await;
    desk.pass(SignedDuration::from_secs(5));
    desk.until(&session, "agent_flagged", 1).await;
    let card = card_says(desk.person(0), UNTIL).await;
    assert!(card.has_action("reset_rona"), "{card:?}");
    (session, card.id)
}

/// The inbox of somebody, once it tells this.
async fn told(desk: &Desk, person: usize, flagged: bool) -> Value {
    let key = &desk.client().world.keys.agents[person];
    loop {
        let (status, inbox) = desk.client().get("/api/v1/console/inbox", key).await;
        assert_eq!(status, StatusCode::OK, "{inbox}");
        if inbox["agent"]["flagged_until"].is_string() == flagged {
            return inbox["agent"].clone();
        }
    }
}

/// What the session's record says of the end of the flag.
async fn on_record(desk: &Desk, session: &str) -> Value {
    desk.until(session, "agent_unflagged", 1).await
}

fn herself(desk: &Desk) -> Value {
    json!({ "as": "agent", "agent": desk.person(0).id() })
}

/// The missed card, once it offers nothing any more.
async fn settled(desk: &Desk) {
    let quiet = |card: &fake_teams::Message| {
        !card.own_view && card.words().contains("You missed") && !card.words().contains(UNTIL)
    };
    let card = desk.person(0).wait_for_card(quiet).await.expect("the shared card is repainted");
    assert!(!card.has_action("reset_rona"), "{card:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_card_takes_its_flag_away_once_and_for_its_own_agent_alone() {
    let desk = Desk::with(FLAGS).await;
    let (session, card) = missed(&desk).await;
    assert_eq!(told(&desk, 0, true).await["state"], "not_available");
    let data = json!({ "invitation": desk.invitation(0, &session).await, "version": 2 });
    let forged = async |person: usize| {
        let data = data.clone();
        forged_click(&desk.stage, desk.person(person), &card, "reset_rona", data).await
    };

    let foreign = forged(1).await.to_string();
    assert!(foreign.contains("Ada Lovelace") && !foreign.contains("grace"), "{foreign}");
    assert!(told(&desk, 0, true).await["flagged_until"].is_string(), "nothing was changed");

    let click = desk.person(0).click(&card, "reset_rona", json!({})).await.unwrap();
    let answer = click.deliveries[0].answer["value"].to_string();
    assert!(answer.contains("You missed") && !answer.contains("reset_rona"), "{answer}");
    let record = on_record(&desk, &session).await;
    assert_eq!((&record["why"], &record["by"]), (&json!("reset"), &herself(&desk)), "{record}");
    settled(&desk).await;
    told(&desk, 0, false).await;
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_click_leaves_the_flag_of_a_later_miss_alone() {
    let desk = Desk::with("rona_seconds = 600\nflag_declines = true").await;
    let first = desk.write("website", "grace", "m1").await;
    let card = card_with(desk.person(0), "accept").await;
    desk.click(0, "decline").await;
    card_says(desk.person(0), UNTIL).await;
    let data = json!({ "invitation": desk.invitation(0, &first).await, "version": 2 });
    desk.person(0).say("/available").await.unwrap();
    on_record(&desk, &first).await;

    desk.accept(1).await;
    let second = desk.write("website", "alan", "m1").await;
    card_with(desk.person(0), "accept").await;
    desk.click(0, "decline").await;
    desk.until(&second, "agent_flagged", 1).await;
    for _ in 0..2 {
        let answer =
            forged_click(&desk.stage, desk.person(0), &card.id, "reset_rona", data.clone()).await;
        let shown = answer["value"].to_string();
        assert!(shown.contains("You declined") && !shown.contains(UNTIL), "{shown}");
    }
    assert!(told(&desk, 0, true).await["flagged_until"].is_string(), "it is the other card's");
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_client_submits_it_and_hears_what_became_of_it() {
    let desk = Desk::with(FLAGS).await;
    let (session, card) = missed(&desk).await;
    let ada = desk.person(0);
    let said =
        |words: &str| ada.messages().iter().filter(|one| one.words().contains(words)).count();
    let data = json!({
        "verb": "reset_rona", "invitation": desk.invitation(0, &session).await, "version": 2,
    });
    let submit = async |person: usize| {
        let mut activity = desk.person(person).draft("").unwrap();
        activity["value"] = data.clone();
        activity["replyToId"] = json!(card);
        activity["id"] = json!(format!("submit-{person}"));
        let (status, answer) = crate::stage::signed(&desk.stage, &activity.to_string()).await;
        assert!((200..300).contains(&status), "{status} {answer}");
    };
    submit(1).await;
    assert!(desk.person(1).messages().iter().any(|one| one.words().contains("is not yours")));
    assert!(told(&desk, 0, true).await["flagged_until"].is_string());
    submit(0).await;
    assert_eq!(said("Welcome back."), 1);
    on_record(&desk, &session).await;
    settled(&desk).await;
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_and_the_chat_take_the_flag_away_and_it_is_on_record_as_theirs() {
    for way in ["console", "chat"] {
        let desk = Desk::with(FLAGS).await;
        let (session, _) = missed(&desk).await;
        told(&desk, 0, true).await;
        let path = "/api/v1/console/reset-rona";
        let keys = &desk.client().world.keys;
        // Another agent speaks for themselves alone.
        assert_eq!(
            desk.client().post(path, &keys.agents[1], json!({})).await.0,
            StatusCode::NO_CONTENT
        );
        told(&desk, 0, true).await;
        if way == "console" {
            for _ in 0..2 {
                let (status, _) = desk.client().post(path, &keys.agents[0], json!({})).await;
                assert_eq!(status, StatusCode::NO_CONTENT, "twice is once");
            }
        } else {
            let ada = desk.person(0);
            ada.say("/help").await.unwrap();
            ada.say("/available").await.unwrap();
            let said = |words: &str| ada.messages().iter().any(|one| one.words().contains(words));
            assert!(said("/available: I am back") && said("Welcome back."), "{:?}", ada.messages());
        }
        let record = on_record(&desk, &session).await;
        assert_eq!((&record["why"], &record["by"]), (&json!("reset"), &herself(&desk)), "{record}");
        told(&desk, 0, false).await;
        settled(&desk).await;
        desk.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supervisor_is_on_record_and_so_is_time() {
    let desk = Desk::with(FLAGS).await;
    let (session, _) = missed(&desk).await;
    let path = format!("/api/v1/agents/{}/reset-rona", desk.person(0).id());
    let supervisor = &desk.client().world.keys.supervisor;
    assert_eq!(desk.client().post(&path, supervisor, json!({})).await.0, StatusCode::NO_CONTENT);
    let record = on_record(&desk, &session).await;
    assert_eq!(record["by"], json!({ "as": "key", "name": "supervisor" }), "{record}");
    desk.stop().await;

    let desk = Desk::with(FLAGS).await;
    let (session, _) = missed(&desk).await;
    desk.pass(SignedDuration::from_mins(10));
    assert_eq!(on_record(&desk, &session).await["why"], "over");
    settled(&desk).await;
    desk.stop().await;
}
