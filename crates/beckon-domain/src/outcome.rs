//! How a session ended: exactly one outcome per session, the first terminal event wins
//! (`facts/outcomes.md` §5.2; ids 1–7 are those of the model product).

use serde::{Deserialize, Serialize};

/// The reported end of a session.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The customer ended before the workflow accepted.
    CustomerLeftBeforeAccept,
    /// The customer ended after the workflow accepted and before any queue.
    CustomerLeftInWorkflow,
    /// The customer ended after leaving the queue without an agent.
    CustomerLeftAfterQueue,
    /// The customer ended while waiting or ringing.
    CustomerLeftInQueue,
    /// At least one agent was connected and the session ended normally.
    UserAccepted,
    /// The last move by an agent went inside, and the target took it.
    UserTransferInternalOk,
    /// The last move by an agent went outside, and arrived.
    UserTransferExternalOk,
    /// The target of an agent's move never took it, and the sender did not take it back.
    UserTransferInternalFailed,
    /// The provider or the target refused an agent's move outside.
    UserTransferExternalFailed,
    /// The workflow passed it on to another service.
    SystemTransferOk,
    /// The workflow's target was closed, disabled or full.
    SystemTransferFailed,
    /// The workflow, or a bot in it, solved it.
    SystemHandled,
    /// The workflow ended it without an agent.
    SystemDisconnected,
    /// The customer left a message, and it was stored.
    MessageLeft,
    /// An agent on call took it.
    StandbyAccepted,
    /// The workflow cancelled the task while it waited.
    CancelledByWorkflow,
    /// The workflow cancelled the task while an agent had it.
    Abandoned,
    /// Max wait passed and the workflow had no other exit.
    QueueTimeout,
    /// The service had as many open sessions as it may.
    ServiceFull,
    /// Outside the opening hours, not handled otherwise.
    ServiceClosed,
    /// The sweep ended it, no agent was ever connected.
    StaleBeforeUser,
    /// The sweep ended it, an agent had been connected.
    StaleAfterUser,
    /// Force-ended by an administrator, no agent connected.
    AdminTerminated,
    /// Refused by a block list or a limit.
    RejectedSpam,
    /// The workflow could not go on.
    FailedWorkflow,
    /// The channel refused it, or its credentials were lost: nothing could be delivered.
    FailedChannel,
    /// A rule was broken; repaired by the checker.
    FailedInternal,
    /// The customer answered a conversation that we began.
    OutboundAccepted,
    /// The customer did not answer in time, or could not be reached.
    OutboundNotAccepted,
}

/// The groups that reports add outcomes up by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// 1: handled by an agent.
    ByUser,
    /// 2: handled by the workflow.
    BySystem,
    /// 3: the customer hung up.
    CustomerLeft,
    /// 4: not handled.
    NotHandled,
    /// 5: an error.
    Error,
    /// 6: a conversation that we began was answered.
    OutboundAccepted,
    /// 7: a conversation that we began was not answered.
    OutboundNotAccepted,
}

/// Who or what ended a session.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndedBy {
    /// The customer left.
    Customer,
    /// The agent terminated it.
    User,
    /// A rule of Beckon (max wait), the workflow, or a failure.
    System,
    /// An administrator forced the end.
    Admin,
    /// The daily sweep.
    Sweep,
}

impl Outcome {
    /// Every outcome, in the order of the ids.
    pub const ALL: [Self; 29] = [
        Self::CustomerLeftBeforeAccept,
        Self::CustomerLeftInWorkflow,
        Self::CustomerLeftAfterQueue,
        Self::CustomerLeftInQueue,
        Self::UserAccepted,
        Self::UserTransferInternalOk,
        Self::UserTransferExternalOk,
        Self::UserTransferInternalFailed,
        Self::UserTransferExternalFailed,
        Self::SystemTransferOk,
        Self::SystemTransferFailed,
        Self::SystemHandled,
        Self::SystemDisconnected,
        Self::MessageLeft,
        Self::StandbyAccepted,
        Self::CancelledByWorkflow,
        Self::Abandoned,
        Self::QueueTimeout,
        Self::ServiceFull,
        Self::ServiceClosed,
        Self::StaleBeforeUser,
        Self::StaleAfterUser,
        Self::AdminTerminated,
        Self::RejectedSpam,
        Self::FailedWorkflow,
        Self::FailedChannel,
        Self::FailedInternal,
        Self::OutboundAccepted,
        Self::OutboundNotAccepted,
    ];

    /// Id, name and group, in one place.
    fn entry(self) -> (u8, &'static str, Group) {
        match self {
            Self::CustomerLeftBeforeAccept => {
                (1, "customer_left_before_accept", Group::CustomerLeft)
            }
            Self::CustomerLeftInWorkflow => (2, "customer_left_in_workflow", Group::CustomerLeft),
            Self::CustomerLeftAfterQueue => (3, "customer_left_after_queue", Group::CustomerLeft),
            Self::CustomerLeftInQueue => (4, "customer_left_in_queue", Group::CustomerLeft),
            Self::UserAccepted => (5, "user_accepted", Group::ByUser),
            Self::UserTransferInternalOk => (6, "user_transfer_internal_ok", Group::ByUser),
            Self::UserTransferExternalOk => (7, "user_transfer_external_ok", Group::ByUser),
            Self::UserTransferInternalFailed => {
                (8, "user_transfer_internal_failed", Group::NotHandled)
            }
            Self::UserTransferExternalFailed => {
                (9, "user_transfer_external_failed", Group::NotHandled)
            }
            Self::SystemTransferOk => (10, "system_transfer_ok", Group::BySystem),
            Self::SystemTransferFailed => (11, "system_transfer_failed", Group::NotHandled),
            Self::SystemHandled => (12, "system_handled", Group::BySystem),
            Self::SystemDisconnected => (13, "system_disconnected", Group::NotHandled),
            Self::MessageLeft => (14, "message_left", Group::BySystem),
            Self::StandbyAccepted => (15, "standby_accepted", Group::ByUser),
            Self::CancelledByWorkflow => (16, "cancelled_by_workflow", Group::NotHandled),
            Self::Abandoned => (17, "abandoned", Group::NotHandled),
            Self::QueueTimeout => (18, "queue_timeout", Group::NotHandled),
            Self::ServiceFull => (19, "service_full", Group::NotHandled),
            Self::ServiceClosed => (20, "service_closed", Group::NotHandled),
            Self::StaleBeforeUser => (21, "stale_before_user", Group::NotHandled),
            Self::StaleAfterUser => (22, "stale_after_user", Group::ByUser),
            Self::AdminTerminated => (23, "admin_terminated", Group::NotHandled),
            Self::RejectedSpam => (24, "rejected_spam", Group::NotHandled),
            Self::FailedWorkflow => (25, "failed_workflow", Group::Error),
            Self::FailedChannel => (26, "failed_channel", Group::Error),
            Self::FailedInternal => (27, "failed_internal", Group::Error),
            Self::OutboundAccepted => (28, "outbound_accepted", Group::OutboundAccepted),
            Self::OutboundNotAccepted => (29, "outbound_not_accepted", Group::OutboundNotAccepted),
        }
    }

    /// The numeric id used in reports, 1–29 (`facts/outcomes.md` §5.2).
    pub fn id(self) -> u8 {
        self.entry().0
    }

    /// The name used in the API and on disk, e.g. `user_accepted`.
    pub fn name(self) -> &'static str {
        self.entry().1
    }

    /// The group that reports count it in.
    pub fn group(self) -> Group {
        self.entry().2
    }

    /// Whether the report counts the session as handled: groups 1, 2 and 6.
    pub fn handled(self) -> bool {
        matches!(self.group(), Group::ByUser | Group::BySystem | Group::OutboundAccepted)
    }

    /// Whether the sweep ended the session.
    pub fn stale(self) -> bool {
        matches!(self, Self::StaleBeforeUser | Self::StaleAfterUser)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_run_from_1_and_the_name_is_the_stored_form() {
        for (id, outcome) in (1..).zip(Outcome::ALL) {
            assert_eq!(outcome.id(), id, "{outcome:?}");
            assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.name());
        }
    }

    #[test]
    fn handled_and_stale_are_what_the_report_says() {
        let ids = |wanted: fn(Outcome) -> bool| -> Vec<u8> {
            Outcome::ALL.into_iter().filter(|one| wanted(*one)).map(Outcome::id).collect()
        };
        assert_eq!(ids(Outcome::handled), [5, 6, 7, 10, 12, 14, 15, 22, 28]);
        assert_eq!(ids(Outcome::stale), [21, 22]);
    }
}
