//! `[tenant.service.rooms]`: where the rooms of a service are made.

use beckon_domain::room::Provider;
use beckon_domain::settings::{Place, Places, Rooms};
use jiff::SignedDuration;
use serde::Deserialize;

use super::{ConfigError, TenantGraph};

/// The longest time that an agent stays in the room of an ended session, in hours: 30 days.
const LONGEST: u32 = 720;

/// The section `[tenant.service.rooms]`. Rooms are made in Teams only where the tenant has a
/// section `[tenant.graph]` with companions; everywhere else they are in My Sessions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServiceRooms {
    /// For channel `api`: `teams` or `my_sessions`. Default `teams`.
    pub api: Place,
    /// For channel `web`. Default `teams`.
    pub web: Place,
    /// For channel `whatsapp`. Default `my_sessions`.
    pub whatsapp: Place,
    /// For channel `sms`. Default `my_sessions`.
    pub sms: Place,
    /// Whether a conversation goes on in My Sessions when its room cannot be made or is lost.
    /// Otherwise it goes back to the queue. Default true.
    pub fallback: bool,
    /// Hours after the end of a session when the agent leaves its room, 0–720; -1: never.
    /// Default 24.
    pub empty_after_hours: i32,
}

impl Default for ServiceRooms {
    fn default() -> Self {
        let Places { api, web, whatsapp, sms } = Places::default();
        Self { api, web, whatsapp, sms, fallback: true, empty_after_hours: 24 }
    }
}

impl ServiceRooms {
    /// Rooms as the rules see them, in a tenant with this section for Graph.
    pub(super) fn settings(&self, graph: Option<&TenantGraph>) -> Rooms {
        let in_teams = graph.is_some_and(|graph| !graph.companions.is_empty());
        let Self { api, web, whatsapp, sms, fallback, empty_after_hours } = *self;
        Rooms {
            provider: if in_teams { Provider::Graph } else { Provider::Console },
            places: Places { api, web, whatsapp, sms },
            fallback,
            empty_after: u32::try_from(empty_after_hours)
                .ok()
                .map(|hours| SignedDuration::from_hours(hours.into())),
        }
    }

    /// Checks ranges.
    pub(super) fn check(&self, at: &str) -> Result<(), ConfigError> {
        let hours = self.empty_after_hours;
        if hours == -1 || u32::try_from(hours).is_ok_and(|hours| hours <= LONGEST) {
            Ok(())
        } else {
            Err(ConfigError::invalid(
                format!("{at}: empty_after_hours"),
                format!("must be 0 to {LONGEST}, or -1 for never"),
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use beckon_domain::agent::BotChannel;
    use beckon_domain::settings::Channel;

    use super::*;

    fn parse(text: &str) -> ServiceRooms {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn rooms_are_in_teams_where_graph_has_companions_and_the_channel_is_not_for_my_sessions() {
        let companion = "44444444-4444-4444-8444-444444444444".parse().unwrap();
        let teams_app_id = uuid::Uuid::nil();
        let with = TenantGraph { teams_app_id, companions: vec![companion], guests: Vec::new() };
        let without = TenantGraph { teams_app_id, companions: Vec::new(), guests: Vec::new() };
        let rooms = parse("sms = \"teams\"\napi = \"my_sessions\"");
        let provider =
            |graph, channel| rooms.settings(graph).provider_for(channel, BotChannel::Teams);
        assert_eq!(provider(Some(&with), Channel::Web), Provider::Graph);
        assert_eq!(provider(Some(&with), Channel::Sms), Provider::Graph);
        assert_eq!(provider(Some(&with), Channel::Api), Provider::Console);
        assert_eq!(provider(Some(&with), Channel::WhatsApp), Provider::Console);
        assert_eq!(provider(Some(&without), Channel::Web), Provider::Console);
        assert_eq!(provider(None, Channel::Web), Provider::Console);
    }

    #[test]
    fn an_agent_stays_for_a_day_for_ever_or_as_long_as_is_said() {
        let after = |text: &str| parse(text).settings(None).empty_after;
        assert_eq!(after(""), Some(SignedDuration::from_hours(24)));
        assert_eq!(after("empty_after_hours = 0"), Some(SignedDuration::ZERO));
        assert_eq!(after("empty_after_hours = -1"), None);
        for (hours, fine) in [(-2, false), (-1, true), (0, true), (720, true), (721, false)] {
            let checked = parse(&format!("empty_after_hours = {hours}")).check("rooms");
            assert_eq!(checked.is_ok(), fine, "{hours}");
        }
    }
}
