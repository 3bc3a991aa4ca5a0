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
    /// Max wait passed and the workflow had no other exit.
    QueueTimeout,
    /// Force-ended by an administrator, no agent connected.
    AdminTerminated,
    /// The sweep ended it, no agent ever connected.
    StaleBeforeUser,
    /// The sweep ended it, an agent had been connected.
    StaleAfterUser,
}

/// Who or what ended a session.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndedBy {
    /// The customer left.
    Customer,
    /// The agent terminated it.
    User,
    /// A rule of Beckon (max wait).
    System,
    /// An administrator forced the end.
    Admin,
    /// The daily sweep.
    Sweep,
}

impl Outcome {
    /// The numeric id used in reports (`facts/outcomes.md` §5.2).
    pub fn id(self) -> u8 {
        match self {
            Self::CustomerLeftBeforeAccept => 1,
            Self::CustomerLeftInWorkflow => 2,
            Self::CustomerLeftAfterQueue => 3,
            Self::CustomerLeftInQueue => 4,
            Self::UserAccepted => 5,
            Self::QueueTimeout => 18,
            Self::StaleBeforeUser => 21,
            Self::StaleAfterUser => 22,
            Self::AdminTerminated => 23,
        }
    }

    /// The name used in the API and on disk, e.g. `user_accepted`.
    pub fn name(self) -> &'static str {
        match self {
            Self::CustomerLeftBeforeAccept => "customer_left_before_accept",
            Self::CustomerLeftInWorkflow => "customer_left_in_workflow",
            Self::CustomerLeftAfterQueue => "customer_left_after_queue",
            Self::CustomerLeftInQueue => "customer_left_in_queue",
            Self::UserAccepted => "user_accepted",
            Self::QueueTimeout => "queue_timeout",
            Self::AdminTerminated => "admin_terminated",
            Self::StaleBeforeUser => "stale_before_user",
            Self::StaleAfterUser => "stale_after_user",
        }
    }

    /// Whether the report counts the session as handled (groups 1 and 2).
    pub fn handled(self) -> bool {
        matches!(self, Self::UserAccepted | Self::StaleAfterUser)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_the_stored_form() {
        for outcome in [
            Outcome::CustomerLeftBeforeAccept,
            Outcome::CustomerLeftInWorkflow,
            Outcome::CustomerLeftAfterQueue,
            Outcome::CustomerLeftInQueue,
            Outcome::UserAccepted,
            Outcome::QueueTimeout,
            Outcome::AdminTerminated,
            Outcome::StaleBeforeUser,
            Outcome::StaleAfterUser,
        ] {
            assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.name());
        }
    }
}
