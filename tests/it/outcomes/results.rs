//! Every result of an agent session, as `/api/v1/invitations` names it (`facts/outcomes.md` §5.3).

use beckon_domain::invitation::AgentResult;
use serde_json::json;

use super::desk::Desk;
use super::ways::{failed_channel, swept};
use crate::stage::card_with;

/// Brings somebody to this result; the stage, the session and who it is. A new result does not
/// compile without a way.
async fn reach(result: AgentResult) -> (Desk, String, usize) {
    if result == AgentResult::Failed {
        let (desk, over) = failed_channel().await;
        desk.until(&over.session, "session_ended", 1).await;
        return (desk, over.session, 0);
    }
    let broadcast = if result == AgentResult::CancelledTaken { "broadcast = 2" } else { "" };
    let desk = Desk::with(broadcast).await;
    let rung = async || {
        let session = desk.write("website", "grace", "m1").await;
        card_with(desk.person(0), "accept").await;
        session
    };
    let (session, agent) = match result {
        AgentResult::Accepted => {
            let session = desk.connected().await;
            desk.terminate(0, &session).await;
            (session, 0)
        }
        AgentResult::Declined => {
            let session = rung().await;
            desk.click(0, "decline").await;
            (session, 0)
        }
        AgentResult::Missed => {
            let session = rung().await;
            desk.until(&session, "invitation_missed", 1).await;
            (session, 0)
        }
        AgentResult::CancelledCustomer => {
            let session = rung().await;
            desk.leave("website", &session).await;
            (session, 0)
        }
        AgentResult::CancelledTaken => {
            let session = rung().await;
            desk.accept(1).await;
            (session, 0)
        }
        AgentResult::CancelledSystem => {
            let session = rung().await;
            let path = format!("/api/v1/sessions/{session}/end");
            let reason = json!({ "reason": "A test." });
            desk.must(&path, &desk.client().world.keys.admin, reason).await;
            (session, 0)
        }
        AgentResult::Undeliverable => {
            desk.person(0).block_bot();
            let session = desk.write("website", "grace", "m1").await;
            desk.until(&session, "invitation_undeliverable", 1).await;
            (session, 0)
        }
        AgentResult::TransferredInternal => {
            let session = desk.connected().await;
            desk.transfer(&session, "safe").await;
            desk.accept(1).await;
            (session, 0)
        }
        AgentResult::TransferredExternal => {
            let session = desk.connected().await;
            desk.outside(&session, "blind", json!({ "result": "delivered" })).await;
            (session, 0)
        }
        AgentResult::TransferFailed => {
            let session = desk.connected().await;
            let to = json!({ "to": { "service": "empty" } });
            desk.console(0, &session, "transfer", to).await;
            desk.leave("website", &session).await;
            (session, 0)
        }
        AgentResult::ReturnedToQueue => {
            let session = desk.connected().await;
            let invitation = desk.invitation(0, &session).await;
            let path = format!("/api/v1/console/invitations/{invitation}/hand_back");
            desk.must(&path, &desk.client().world.keys.agents[0], json!({})).await;
            (session, 0)
        }
        AgentResult::TakenOver => {
            let session = desk.connected().await;
            let invitation = desk.invitation(0, &session).await;
            let path = format!("/api/v1/invitations/{invitation}/take-over");
            let by = json!({ "agent": desk.person(1).id() });
            desk.must(&path, &desk.client().world.keys.supervisor, by).await;
            (session, 0)
        }
        AgentResult::Stale => {
            let session = desk.connected().await;
            swept(&desk).await;
            (session, 0)
        }
        AgentResult::Failed => unreachable!("above"),
    };
    (desk, session, agent)
}

async fn comes_out_as(result: AgentResult) {
    let (desk, session, agent) = reach(result).await;
    let name = serde_json::to_value(result).expect("a name");
    let expected = (agent, name.as_str().expect("a name").to_owned());
    let results = desk.results(&session).await;
    assert!(results.contains(&expected), "{expected:?} is not in {results:?}");
    desk.stop().await;
}

macro_rules! each {
    ($($name:ident => $result:ident,)*) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                comes_out_as(AgentResult::$result).await;
            }
        )*

        const TESTED: &[AgentResult] = &[$(AgentResult::$result),*];
    };
}

each! {
    accepted => Accepted,
    declined => Declined,
    missed => Missed,
    cancelled_customer => CancelledCustomer,
    cancelled_taken => CancelledTaken,
    cancelled_system => CancelledSystem,
    undeliverable => Undeliverable,
    transferred_internal => TransferredInternal,
    transferred_external => TransferredExternal,
    transfer_failed => TransferFailed,
    returned_to_queue => ReturnedToQueue,
    taken_over => TakenOver,
    stale => Stale,
    failed => Failed,
}

#[test]
fn every_result_has_its_test() {
    assert_eq!(TESTED, AgentResult::ALL);
}
