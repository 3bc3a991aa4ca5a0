//! What a list or a report asks for.

use beckon_domain::ids::{AccountId, AgentId, InvitationId, ServiceId, SessionId};
use beckon_domain::outcome::Outcome;
use beckon_domain::settings::Channel;
use jiff::Timestamp;
use uuid::Uuid;

use super::SessionReport;

/// A place in the list of finished sessions: they are ordered by these, newest first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReportPlace {
    /// When the session began.
    pub created: Timestamp,
    /// Its service at the end.
    pub service: ServiceId,
    /// The session.
    pub session: SessionId,
}

impl ReportPlace {
    /// The place right after every session that began at `until` or later.
    pub fn at(until: Timestamp) -> Self {
        Self { created: until, service: ServiceId(String::new()), session: SessionId(Uuid::nil()) }
    }
}

impl SessionReport {
    /// Its place in the list.
    pub fn place(&self) -> Option<ReportPlace> {
        let created = self.times.created?;
        Some(ReportPlace { created, service: self.service.clone(), session: self.session })
    }
}

/// Some finished sessions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FinishedPage {
    /// They, newest first.
    pub reports: Vec<SessionReport>,
    /// Up to where was looked: the place to go on behind. `None`: there are no more.
    pub next: Option<ReportPlace>,
}

/// Which finished sessions; `None` where it does not matter.
#[derive(Clone, Debug, PartialEq)]
pub struct Finished {
    /// They began at this time or later.
    pub from: Timestamp,
    /// They come after this place, going back in time.
    pub before: ReportPlace,
    /// Their service at the end.
    pub service: Option<ServiceId>,
    /// Who had them at the end.
    pub agent: Option<AgentId>,
    /// The account that the customer wrote to.
    pub account: Option<AccountId>,
    /// The kind of that channel.
    pub channel: Option<Channel>,
    /// How they ended.
    pub outcome: Option<Outcome>,
    /// Whether the customer asked for one agent.
    pub direct: Option<bool>,
    /// Whether the sweep ended them.
    pub stale: Option<bool>,
    /// How many sessions are looked at for one page, at least 1: filters that no index leads by may
    /// let few through.
    pub look: usize,
}

/// Which invitations. Their ids are ordered by the time of the offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invited {
    /// Of whom; `None`: of everybody.
    pub agent: Option<AgentId>,
    /// For which session; `None`: for any. Not together with an agent.
    pub session: Option<SessionId>,
    /// Not older than this.
    pub since: InvitationId,
    /// Older than this.
    pub before: InvitationId,
}

/// What is measured: sessions that began in a span of time and ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// From here.
    pub from: Timestamp,
    /// Up to here, not included.
    pub until: Timestamp,
    /// Of this service at the end; `None`: of all.
    pub service: Option<ServiceId>,
    /// Of this agent at the end; `None`: of all, and of none.
    pub agent: Option<AgentId>,
    /// On this kind of channel; `None`: on all.
    pub channel: Option<Channel>,
}
