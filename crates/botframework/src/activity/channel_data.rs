//! What Teams adds to an activity.

use serde_json::Value;

/// A view of `channelData` as Teams fills it.
///
/// Members of the wrong type read as missing: this part of the schema grows
/// fastest and a surprise in it must not stop a bot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TeamsChannelData<'a> {
    data: Option<&'a Value>,
}

impl<'a> TeamsChannelData<'a> {
    pub(super) const fn new(data: Option<&'a Value>) -> Self {
        Self { data }
    }

    fn text(self, pointer: &str) -> Option<&'a str> {
        self.data?.pointer(pointer)?.as_str().filter(|text| !text.is_empty())
    }

    /// Entra tenant, there in every Teams context.
    pub fn tenant_id(self) -> Option<&'a str> {
        self.text("/tenant/id")
    }

    /// The team's thread id.
    pub fn team_id(self) -> Option<&'a str> {
        self.text("/team/id")
    }

    /// The Entra group behind the team.
    pub fn team_aad_group_id(self) -> Option<&'a str> {
        self.text("/team/aadGroupId")
    }

    /// The channel's id.
    pub fn channel_id(self) -> Option<&'a str> {
        self.text("/channel/id")
    }

    /// Sub-type of an update: `channelCreated`, `teamMemberAdded`, `editMessage`, …
    pub fn event_type(self) -> Option<&'a str> {
        self.text("/eventType")
    }

    /// The channel picked when the app was installed into a team.
    pub fn selected_channel_id(self) -> Option<&'a str> {
        self.text("/settings/selectedChannel/id")
    }

    /// The meeting a chat belongs to.
    pub fn meeting_id(self) -> Option<&'a str> {
        self.text("/meeting/id")
    }

    /// Where an installation or invoke came from.
    pub fn source_name(self) -> Option<&'a str> {
        self.text("/source/name")
    }

    /// Everything Teams sent.
    pub fn raw(self) -> Option<&'a Value> {
        self.data
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn surprises_read_as_missing() {
        let data = json!({"tenant": {"id": "t"}, "team": "x", "eventType": 3, "channel": null});
        let view = TeamsChannelData::new(Some(&data));
        assert_eq!(view.tenant_id(), Some("t"));
        assert_eq!((view.team_id(), view.event_type(), view.channel_id()), (None, None, None));
        assert_eq!(TeamsChannelData::new(None).tenant_id(), None);
        let text = json!("not an object");
        assert_eq!(TeamsChannelData::new(Some(&text)).tenant_id(), None);
    }
}
