//! The way to each outcome of a session. A new outcome does not compile without one.

use beckon_domain::outcome::Outcome;
use jiff::SignedDuration;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::desk::Desk;
use crate::operations::beckon;
use crate::stage::card_with;
use crate::webhook::{Receiver, pushing_world};

/// A session that is over: which one, and what reports must say beside the outcome.
pub(super) struct Over {
    pub(super) session: String,
    pub(super) by: &'static str,
    pub(super) service: &'static str,
}

/// A session of the guided service whose workflow ends it by this step.
async fn guided(desk: &Desk, last: Value) -> Over {
    let session = desk.guided(&[json!({ "step": "accepted" }), last]).await;
    Over { session, by: "system", service: "guided" }
}

async fn left(desk: &Desk, session: String, account: &str, service: &'static str) -> Over {
    desk.leave(account, &session).await;
    Over { session, by: "customer", service }
}

/// Brings a session to this outcome.
pub(super) async fn reach(outcome: Outcome) -> (Desk, Over) {
    if outcome == Outcome::FailedChannel {
        return failed_channel().await;
    }
    let desk = Desk::new().await;
    let step = |name: &str| json!({ "step": name });
    let over = match outcome {
        Outcome::CustomerLeftBeforeAccept => {
            let session = desk.guided(&[]).await;
            left(&desk, session, "hotline", "guided").await
        }
        Outcome::CustomerLeftInWorkflow => {
            let session = desk.guided(&[step("accepted")]).await;
            left(&desk, session, "hotline", "guided").await
        }
        Outcome::CustomerLeftAfterQueue => {
            let session = desk.guided(&[step("queued"), step("left_queue")]).await;
            left(&desk, session, "hotline", "guided").await
        }
        Outcome::CustomerLeftInQueue => {
            let session = desk.write("website", "grace", "m1").await;
            left(&desk, session, "website", "support").await
        }
        Outcome::SystemTransferOk => guided(&desk, step("transferred")).await,
        Outcome::SystemTransferFailed => guided(&desk, step("transfer_failed")).await,
        Outcome::SystemHandled => guided(&desk, step("handled")).await,
        Outcome::SystemDisconnected => guided(&desk, step("disconnected")).await,
        Outcome::MessageLeft => guided(&desk, step("message_left")).await,
        Outcome::ServiceClosed => guided(&desk, step("service_closed")).await,
        Outcome::FailedWorkflow => {
            guided(&desk, json!({ "step": "failed", "reason": "a loop" })).await
        }
        Outcome::CancelledByWorkflow => {
            desk.person(0).uninstall_bot().await.expect("the bot is told");
            desk.person(1).uninstall_bot().await.expect("the bot is told");
            let session = desk.guided(&[step("queued"), step("cancelled")]).await;
            Over { session, by: "system", service: "guided" }
        }
        Outcome::Abandoned => {
            let session = desk.guided(&[step("queued")]).await;
            desk.accept(0).await;
            desk.flow(&session, step("cancelled")).await;
            Over { session, by: "system", service: "guided" }
        }
        Outcome::StandbyAccepted => {
            let agent = desk.person(1).id();
            let taken = json!({ "step": "standby_accepted", "agent": agent });
            let session = desk.guided(&[taken]).await;
            desk.terminate(1, &session).await;
            Over { session, by: "user", service: "guided" }
        }
        Outcome::QueueTimeout => {
            let session = desk.write("desert", "grace", "m1").await;
            desk.pass(SignedDuration::from_secs(61));
            Over { session, by: "system", service: "empty" }
        }
        Outcome::ServiceFull => {
            desk.write("desert", "ada", "m1").await;
            let session = desk.write("desert", "grace", "m1").await;
            Over { session, by: "system", service: "empty" }
        }
        Outcome::AdminTerminated => {
            let session = desk.write("desert", "grace", "m1").await;
            let path = format!("/api/v1/sessions/{session}/end");
            let reason = json!({ "reason": "A test." });
            desk.must(&path, &desk.client().world.keys.admin, reason).await;
            Over { session, by: "admin", service: "empty" }
        }
        Outcome::FailedInternal => {
            let session = desk.write("desert", "grace", "m1").await;
            let path = format!("/api/v1/sessions/{session}/fail");
            let reason = json!({ "reason": "two agents have it" });
            desk.must(&path, &desk.client().world.keys.admin, reason).await;
            Over { session, by: "system", service: "empty" }
        }
        Outcome::RejectedSpam => {
            let session = desk.write("website", "spammer", "m1").await;
            Over { session, by: "system", service: "support" }
        }
        Outcome::StaleBeforeUser => {
            let session = desk.guided(&[step("accepted")]).await;
            swept(&desk).await;
            Over { session, by: "sweep", service: "guided" }
        }
        Outcome::OutboundNotAccepted => {
            let session = outbound(&desk).await;
            desk.pass(SignedDuration::from_mins(61));
            Over { session, by: "system", service: "support" }
        }
        _ => with_an_agent(outcome, &desk).await,
    };
    (desk, over)
}

/// Those of the website that an agent had.
async fn with_an_agent(outcome: Outcome, desk: &Desk) -> Over {
    let by_agent = |session| Over { session, by: "user", service: "support" };
    match outcome {
        Outcome::OutboundAccepted => {
            let session = outbound(desk).await;
            assert_eq!(desk.write("website", "grace", "m1").await, session, "the answer joins it");
            desk.accept(0).await;
            desk.terminate(0, &session).await;
            by_agent(session)
        }
        Outcome::UserAccepted => {
            let session = desk.connected().await;
            desk.terminate(0, &session).await;
            by_agent(session)
        }
        Outcome::UserTransferInternalOk => {
            let session = desk.connected().await;
            desk.transfer(&session, "blind").await;
            desk.accept(1).await;
            desk.terminate(1, &session).await;
            by_agent(session)
        }
        Outcome::UserTransferInternalFailed => {
            let session = desk.connected().await;
            desk.transfer(&session, "blind").await;
            card_with(desk.person(1), "accept").await;
            left(desk, session, "website", "support").await
        }
        Outcome::UserTransferExternalOk => {
            let session = desk.connected().await;
            desk.outside(&session, "safe", json!({ "result": "delivered" })).await;
            by_agent(session)
        }
        Outcome::UserTransferExternalFailed => {
            let session = desk.connected().await;
            let answer = json!({ "result": "refused", "reason": "busy" });
            desk.outside(&session, "blind", answer).await;
            Over { session, by: "system", service: "support" }
        }
        Outcome::StaleAfterUser => {
            let session = desk.connected().await;
            swept(desk).await;
            Over { session, by: "sweep", service: "support" }
        }
        other => unreachable!("{other:?} has a way above"),
    }
}

/// A day and more passes, and the sweep is asked for.
pub(super) async fn swept(desk: &Desk) {
    desk.pass(SignedDuration::from_hours(25));
    let (ok, said) = beckon(&desk.stage.world, &["sweep"]).await;
    assert!(ok, "{said}");
}

/// We write to Grace.
pub(super) async fn outbound(desk: &Desk) -> String {
    let body = json!({ "address": "grace", "client_message_id": "o1", "text": "Your parcel." });
    desk.channel("website", "outbound", body).await
}

/// The receiver of answers says that it is gone for good, when the agent has the session.
pub(super) async fn failed_channel() -> (Desk, Over) {
    let receiver = Receiver::start().await;
    let desk = Desk::in_world(pushing_world(&receiver).await).await;
    let session = desk.connected().await;
    receiver.texts(1).await;
    receiver.answer(&[StatusCode::GONE]);
    let says = json!({ "client_message_id": "a1", "text": "Here I am." });
    desk.console(0, &session, "messages", says).await;
    (desk, Over { session, by: "system", service: "support" })
}
