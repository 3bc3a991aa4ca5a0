//! The calls of the Connector REST API that Teams offers.

use std::fmt;

use ::http::Method;

use crate::limiter;

/// One kind of call to the connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// Create a conversation.
    CreateConversation,
    /// Send an activity into a conversation.
    SendToConversation,
    /// Send an activity as the answer to another.
    ReplyToActivity,
    /// Replace an activity.
    UpdateActivity,
    /// Delete an activity.
    DeleteActivity,
    /// Look one member up.
    GetMember,
    /// Read one page of the roster.
    GetPagedMembers,
    /// Read a team's name and group.
    GetTeamDetails,
    /// List a team's channels.
    GetTeamChannels,
}

impl Operation {
    /// Name for metrics, spans and error messages: that of the REST reference.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CreateConversation => "create_conversation",
            Self::SendToConversation => "send_to_conversation",
            Self::ReplyToActivity => "reply_to_activity",
            Self::UpdateActivity => "update_activity",
            Self::DeleteActivity => "delete_activity",
            Self::GetMember => "get_member",
            Self::GetPagedMembers => "get_paged_members",
            Self::GetTeamDetails => "get_team_details",
            Self::GetTeamChannels => "get_team_channels",
        }
    }

    pub(super) const fn method(self) -> Method {
        match self {
            Self::CreateConversation | Self::SendToConversation | Self::ReplyToActivity => {
                Method::POST
            }
            Self::UpdateActivity => Method::PUT,
            Self::DeleteActivity => Method::DELETE,
            Self::GetMember
            | Self::GetPagedMembers
            | Self::GetTeamDetails
            | Self::GetTeamChannels => Method::GET,
        }
    }

    /// Whether doing it twice has the effect of doing it once. A repeated send posts twice.
    pub const fn is_idempotent(self) -> bool {
        !matches!(self, Self::CreateConversation | Self::SendToConversation | Self::ReplyToActivity)
    }

    /// The windows it counts in.
    pub(super) const fn windows(self) -> limiter::Operation {
        match self {
            Self::CreateConversation => limiter::Operation::Create,
            Self::SendToConversation
            | Self::ReplyToActivity
            | Self::UpdateActivity
            | Self::DeleteActivity => limiter::Operation::Send,
            Self::GetMember
            | Self::GetPagedMembers
            | Self::GetTeamDetails
            | Self::GetTeamChannels => limiter::Operation::Read,
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
