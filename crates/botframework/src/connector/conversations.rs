//! The calls that create conversations and read rosters and teams.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::call::Call;
use super::client::ConnectorClient;
use super::endpoint::Endpoint;
use super::error::ConnectorError;
use super::operation::Operation;
use super::path::Path;
use crate::activity::{ChannelAccount, ConversationParameters, ConversationResourceResponse};
use crate::limiter::Priority;
use crate::service_url::ServiceUrl;

/// Teams reads page sizes below as 50 and above as 500.
const PAGE_SIZE: std::ops::RangeInclusive<u16> = 50..=500;

/// A conversation that was created, or that existed already.
#[derive(Debug, Clone, PartialEq)]
pub struct CreatedConversation {
    /// Its id.
    pub id: String,
    /// Id of the first activity. Teams gives it for channel threads only: to keep the id of a
    /// personal message, create without an activity and send it afterwards.
    pub activity_id: Option<String>,
    /// Its service URL if the connector named another than was called.
    pub service_url: Option<ServiceUrl>,
}

/// One page of a roster.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MembersPage {
    /// The members; [`ChannelAccount::entra_object_id`] reads Teams' `objectId`.
    #[serde(default)]
    pub members: Vec<ChannelAccount>,
    /// Leads to the next page; `None` on the last.
    #[serde(default)]
    pub continuation_token: Option<String>,
}

/// A team.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamDetails {
    /// Thread id of the team.
    pub id: String,
    /// Display name.
    #[serde(default)]
    pub name: Option<String>,
    /// The Entra group behind it.
    #[serde(default)]
    pub aad_group_id: Option<String>,
}

/// A channel of a team.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TeamChannel {
    /// Thread id of the channel.
    pub id: String,
    /// Display name; `None` for the General channel, whose id is the team's.
    #[serde(default)]
    pub name: Option<String>,
}

impl ConnectorClient {
    /// Creates a conversation. What Teams allows: a personal chat with exactly one member
    /// (idempotent: the same member gives the same id) or a thread in a channel; it answers
    /// 400 for group chats.
    ///
    /// # Errors
    ///
    /// Creating a thread is not idempotent: see [`ConnectorError::is_ambiguous`].
    pub async fn create_conversation(
        &self,
        to: impl Into<Endpoint<'_>>,
        parameters: &ConversationParameters,
        priority: Priority,
    ) -> Result<CreatedConversation, ConnectorError> {
        let operation = Operation::CreateConversation;
        let endpoint = to.into();
        let endpoint =
            Endpoint { tenant: endpoint.tenant.or(parameters.tenant_id.as_deref()), ..endpoint };
        let channel = parameters.channel_data.as_ref().and_then(|data| data.pointer("/channel/id"));
        let counted_for = match (parameters.members.first(), channel) {
            (Some(member), _) => &member.id,
            (None, Some(channel)) => channel.as_str().unwrap_or_default(),
            (None, None) => "",
        };
        let path = Ok(Path::v3().then("conversations"));
        let call = Call::new(operation, endpoint, path, counted_for, priority)?;
        let answer = self.call(call.with_body(parameters)?).await?;
        let (status, ids) = (answer.status, answer.request_ids.clone());
        let created: ConversationResourceResponse = answer.require(operation)?;
        let id = created.id.filter(|id| !id.is_empty());
        Ok(CreatedConversation {
            id: id.ok_or_else(|| ConnectorError::malformed(operation, status, ids))?,
            activity_id: created.activity_id,
            service_url: created.service_url.and_then(|url| ServiceUrl::parse(&url).ok()),
        })
    }

    /// Opens the personal chat with a user, or finds it. No message is sent.
    ///
    /// `member_id` is the user's id **for this bot** (`29:…`), from a roster or an inbound
    /// activity; another bot's id for the same user does not work. Teams documents the Entra
    /// object id as well; addresses and user principal names are refused.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BotNotInRoster`](super::ErrorKind::BotNotInRoster) until the app is installed for the user.
    pub async fn create_personal(
        &self,
        to: impl Into<Endpoint<'_>>,
        tenant_id: &str,
        member_id: &str,
        priority: Priority,
    ) -> Result<CreatedConversation, ConnectorError> {
        let member = ChannelAccount::new(member_id);
        let mut parameters = ConversationParameters::personal(member, tenant_id);
        let app_id = self.tokens().app_id();
        parameters.bot = (!app_id.is_empty()).then(|| ChannelAccount::bot(app_id));
        self.create_conversation(to, &parameters, priority).await
    }

    /// Looks one member up. Teams takes the bot's own id of the user, the Entra object id, or
    /// the user principal name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::MemberNotFound`](super::ErrorKind::MemberNotFound) for a stranger.
    pub async fn member(
        &self,
        to: impl Into<Endpoint<'_>>,
        conversation_id: &str,
        member_id: &str,
        priority: Priority,
    ) -> Result<ChannelAccount, ConnectorError> {
        let path = Path::conversation(conversation_id);
        let path = path.and_then(|path| path.then("members").id(member_id));
        let operation = Operation::GetMember;
        self.read(Call::new(operation, to.into(), path, conversation_id, priority)?).await
    }

    /// Reads one page of a conversation's roster: the first, or the one `continuation` leads
    /// to. Teams allows 50 to 500 members a page; other sizes are moved into that range.
    ///
    /// # Errors
    ///
    /// See [`ConnectorError`]; reading again is always safe.
    pub async fn members(
        &self,
        to: impl Into<Endpoint<'_>>,
        conversation_id: &str,
        page_size: u16,
        continuation: Option<&str>,
        priority: Priority,
    ) -> Result<MembersPage, ConnectorError> {
        let page_size = page_size.clamp(*PAGE_SIZE.start(), *PAGE_SIZE.end()).to_string();
        let path = Path::conversation(conversation_id).map(|path| {
            let path = path.then("pagedmembers").query("pageSize", &page_size);
            match continuation {
                Some(token) => path.query("continuationToken", token),
                None => path,
            }
        });
        let operation = Operation::GetPagedMembers;
        let call = Call::new(operation, to.into(), path, conversation_id, priority)?;
        let page: MembersPage = self.read(call).await?;
        let continuation_token = page.continuation_token.filter(|token| !token.is_empty());
        Ok(MembersPage { continuation_token, ..page })
    }

    /// Reads a team's name and group.
    ///
    /// # Errors
    ///
    /// See [`ConnectorError`]; reading again is always safe.
    pub async fn team(
        &self,
        to: impl Into<Endpoint<'_>>,
        team_id: &str,
        priority: Priority,
    ) -> Result<TeamDetails, ConnectorError> {
        let path = Path::team(team_id);
        let operation = Operation::GetTeamDetails;
        self.read(Call::new(operation, to.into(), path, team_id, priority)?).await
    }

    /// Lists a team's channels.
    ///
    /// # Errors
    ///
    /// See [`ConnectorError`]; reading again is always safe.
    pub async fn team_channels(
        &self,
        to: impl Into<Endpoint<'_>>,
        team_id: &str,
        priority: Priority,
    ) -> Result<Vec<TeamChannel>, ConnectorError> {
        #[derive(Deserialize)]
        struct Channels {
            conversations: Vec<TeamChannel>,
        }
        let path = Path::team(team_id).map(|path| path.then("conversations"));
        let operation = Operation::GetTeamChannels;
        let call = Call::new(operation, to.into(), path, team_id, priority)?;
        let channels: Channels = self.read(call).await?;
        Ok(channels.conversations)
    }

    /// Makes a call whose answer is what it was made for.
    pub(super) async fn read<T: DeserializeOwned>(
        &self,
        call: Call<'_>,
    ) -> Result<T, ConnectorError> {
        let operation = call.operation;
        self.call(call).await?.require(operation)
    }
}
