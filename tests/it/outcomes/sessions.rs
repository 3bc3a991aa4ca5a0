//! What reports say about a session with each outcome (`facts/outcomes.md` §5.2).

use beckon_domain::outcome::Outcome;
use serde_json::{Value, json};

use super::desk::Desk;
use super::ways::{Over, reach};

/// The group of each outcome as the table of the facts has it, in the order of the ids.
const GROUPS: [u8; 29] =
    [3, 3, 3, 3, 1, 1, 1, 4, 4, 2, 4, 2, 4, 2, 1, 4, 4, 4, 4, 4, 4, 1, 4, 4, 5, 5, 5, 6, 7];

const NAMES_OF_GROUPS: [&str; 7] = [
    "by_user",
    "by_system",
    "customer_left",
    "not_handled",
    "error",
    "outbound_accepted",
    "outbound_not_accepted",
];

async fn ends_as(outcome: Outcome) {
    let (desk, over) = reach(outcome).await;
    let row = desk.ended(&over.session).await;
    let group = GROUPS[usize::from(outcome.id()) - 1];
    for (name, expected) in [
        ("outcome", json!(outcome.name())),
        ("outcome_group", json!(NAMES_OF_GROUPS[usize::from(group) - 1])),
        ("handled", json!(matches!(group, 1 | 2 | 6))),
        ("ended_by", json!(over.by)),
        ("stale", json!(outcome.name().starts_with("stale"))),
        ("direct", json!(false)),
        ("channel", json!("api")),
        ("service", json!(over.service)),
        ("state", json!("ended")),
    ] {
        assert_eq!(row[name], expected, "{name} of {row}");
    }
    the_timeline_agrees(&desk, &over, outcome).await;
    let key = &desk.client().world.keys.admin;
    let path = format!("/api/v1/reports?by=&service={}", over.service);
    let (_, report) = desk.client().get(&path, key).await;
    assert_eq!(report["rows"][0]["outcomes"][outcome.name()], 1, "{report}");
    desk.stop().await;
}

/// The session's own row, and the one event that ended it.
async fn the_timeline_agrees(desk: &Desk, over: &Over, outcome: Outcome) {
    let timeline = desk.client().admin_session(&over.session).await;
    let phase = &timeline["session"]["phase"];
    let events = timeline["events"].as_array().expect("a list");
    let ends: Vec<&Value> =
        events.iter().filter(|event| event["event"] == "session_ended").collect();
    assert_eq!(ends.len(), 1, "{events:?}");
    for told in [phase, ends[0]] {
        assert_eq!((&told["outcome"], &told["by"]), (&json!(outcome.name()), &json!(over.by)));
    }
}

macro_rules! each {
    ($($name:ident => $outcome:ident,)*) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                ends_as(Outcome::$outcome).await;
            }
        )*

        const TESTED: &[Outcome] = &[$(Outcome::$outcome),*];
    };
}

each! {
    customer_left_before_accept => CustomerLeftBeforeAccept,
    customer_left_in_workflow => CustomerLeftInWorkflow,
    customer_left_after_queue => CustomerLeftAfterQueue,
    customer_left_in_queue => CustomerLeftInQueue,
    user_accepted => UserAccepted,
    user_transfer_internal_ok => UserTransferInternalOk,
    user_transfer_external_ok => UserTransferExternalOk,
    user_transfer_internal_failed => UserTransferInternalFailed,
    user_transfer_external_failed => UserTransferExternalFailed,
    system_transfer_ok => SystemTransferOk,
    system_transfer_failed => SystemTransferFailed,
    system_handled => SystemHandled,
    system_disconnected => SystemDisconnected,
    message_left => MessageLeft,
    standby_accepted => StandbyAccepted,
    cancelled_by_workflow => CancelledByWorkflow,
    abandoned => Abandoned,
    queue_timeout => QueueTimeout,
    service_full => ServiceFull,
    service_closed => ServiceClosed,
    stale_before_user => StaleBeforeUser,
    stale_after_user => StaleAfterUser,
    admin_terminated => AdminTerminated,
    rejected_spam => RejectedSpam,
    failed_workflow => FailedWorkflow,
    failed_channel => FailedChannel,
    failed_internal => FailedInternal,
    outbound_accepted => OutboundAccepted,
    outbound_not_accepted => OutboundNotAccepted,
}

#[test]
fn every_outcome_has_its_test() {
    assert_eq!(TESTED, Outcome::ALL);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_asks_for_one_agent_is_reported_as_such() {
    let desk = Desk::new().await;
    let ask = |agent: &str| {
        json!({
            "address": "grace", "client_message_id": format!("to {agent}"), "text": "Ben?",
            "agent": agent,
        })
    };
    let stranger = "00000000-0000-0000-0000-000000000009";
    let path = "/api/v1/channels/website/messages";
    let key = &desk.client().world.keys.integration;
    let (status, answer) = desk.client().post(path, key, ask(stranger)).await;
    assert_eq!((status.as_u16(), &answer["errors"][0]["field"]), (422, &json!("agent")));

    let session = desk.channel("website", "messages", ask(desk.person(1).id())).await;
    desk.accept(1).await;
    desk.terminate(1, &session).await;
    let row = desk.ended(&session).await;
    assert_eq!((&row["direct"], &row["outcome"]), (&json!(true), &json!("user_accepted")));
    assert_eq!(desk.results(&session).await, [(1, "accepted".to_owned())]);
    desk.stop().await;
}
