//! The way of a room from beginning to end, walked once in a real tenant: `beckon check --live`.

use std::fmt;
use std::time::Duration;

use beckon_domain::ids::{AgentId, TenantId};
use botframework::activity::OutgoingActivity;
use botframework::connector::{ConnectorError, ErrorKind};
use botframework::limiter::Priority;
use botframework::service_url::ServiceUrl;
use botframework::turn::Proactive;

use super::graph::{GraphClient, GraphError, History, Operation};
use super::group_chat;

/// How many of a room's messages are looked through for the one that was posted.
const READ: usize = 20;

/// What is checked, in this order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// The room is made, with every companion.
    Room,
    /// The app is installed in it.
    Install,
    /// The bot posts into it.
    Post,
    /// The post is read back.
    Read,
    /// Everybody and the app are taken out again.
    Remove,
}

impl Step {
    /// The name that is printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Room => "room",
            Self::Install => "install",
            Self::Post => "post",
            Self::Read => "read",
            Self::Remove => "remove",
        }
    }

    /// What the process ends with when this is the first step that failed.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Room => 10,
            Self::Install => 11,
            Self::Post => 12,
            Self::Read => 13,
            Self::Remove => 14,
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Why a step failed, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What happened.
    pub what: String,
    /// What an administrator can do.
    pub mend: String,
}

impl From<GraphError> for Failure {
    fn from(error: GraphError) -> Self {
        Self { what: error.to_string(), mend: error.mend() }
    }
}

/// A finished step: what was seen, or why not.
pub type Finding = Result<String, Failure>;

/// How often and in which distance a step is tried that may be early: a room that was just made
/// refuses the bot for some time, and what was just posted cannot be read at once.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// How often, at least once.
    pub tries: u32,
    /// How long to wait between two tries.
    pub pause: Duration,
}

impl Default for Patience {
    /// A minute in all: after that a refusal is no longer the young room's.
    fn default() -> Self {
        Self { tries: 20, pause: Duration::from_secs(3) }
    }
}

/// A check of one tenant with one agent.
#[derive(Debug)]
pub struct LiveCheck {
    /// The way to Graph.
    pub graph: GraphClient,
    /// The way to the Bot Connector.
    pub proactive: Proactive,
    /// Where Teams serves the tenant.
    pub service_url: ServiceUrl,
    /// The tenant.
    pub tenant: TenantId,
    /// The agent who sees the room come and go.
    pub agent: AgentId,
    /// The companion accounts; the first makes the room, the second joins.
    pub companions: Vec<AgentId>,
    /// What makes this run's room and message unlike all others: letters and digits.
    pub mark: String,
    /// How patient it is.
    pub patience: Patience,
}

impl LiveCheck {
    /// Walks all steps and tells each finding. The first failure ends it, except that a room that
    /// was made is emptied all the same. The first step that failed.
    pub async fn run(&self, mut tell: impl FnMut(Step, &Finding)) -> Option<Step> {
        let mut failed = None;
        let mut note = |step, finding: &Finding| {
            tell(step, finding);
            if finding.is_err() && failed.is_none() {
                failed = Some(step);
            }
            finding.is_ok()
        };
        let (chat, made) = self.room().await;
        let mut go_on = note(Step::Room, &made);
        let Some(chat) = chat else { return failed };
        let mut installed = false;
        if go_on {
            let answer = self.graph.install_app(self.tenant, &chat).await;
            // Without the app's id in the catalog nothing can have been installed.
            installed = !answer.as_ref().is_err_and(|it| it.operation() == Operation::FindApp);
            let seen = "the app is installed in it, with its consent".to_owned();
            go_on = note(Step::Install, &answer.map(|()| seen).map_err(Failure::from));
        }
        if go_on {
            let posted = self.post(&chat).await;
            go_on = note(Step::Post, &posted);
        }
        if go_on {
            note(Step::Read, &self.read(&chat).await);
        }
        note(Step::Remove, &self.remove(&chat, installed).await);
        failed
    }

    /// Makes the room; it is there where the first of the two is.
    async fn room(&self) -> (Option<String>, Finding) {
        let Some((first, others)) = self.companions.split_first() else {
            let failure = Failure {
                what: "the tenant has no companion; conversations take place in My Sessions"
                    .to_owned(),
                mend: "add one account to tenant.graph.companions".to_owned(),
            };
            return (None, Err(failure));
        };
        let topic = format!("Beckon check {}", self.mark);
        let members = [self.agent, *first];
        let chat = match self.graph.create_chat(self.tenant, &topic, &members).await {
            Ok(chat) => chat.id,
            Err(error) => return (None, Err(error.into())),
        };
        for other in others {
            if let Err(error) =
                self.graph.add_member(self.tenant, &chat, *other, History::None).await
            {
                let failure = Failure::from(error);
                let what = format!("companion {other} cannot join: {}", failure.what);
                return (Some(chat), Err(Failure { what, ..failure }));
            }
        }
        let with = if others.is_empty() { "one companion" } else { "two companions" };
        let found = format!("{topic:?} was made, with {with}: {chat}");
        (Some(chat), Ok(found))
    }

    async fn post(&self, chat: &str) -> Finding {
        let room = group_chat::way(self.service_url.clone(), self.tenant, chat);
        let mut tries = 1;
        loop {
            let activity = OutgoingActivity::text(self.text());
            match self.proactive.send(&room, activity, Priority::Background).await {
                Ok(_) => return Ok(format!("the bot wrote into it, at try {tries}")),
                // For up to a minute a room that was just made does not know the bot.
                Err(error)
                    if error.kind() == ErrorKind::BotNotInRoster && tries < self.patience.tries =>
                {
                    tries += 1;
                    tokio::time::sleep(self.patience.pause).await;
                }
                Err(error) => return Err(connector_failure(&error)),
            }
        }
    }

    async fn read(&self, chat: &str) -> Finding {
        let mut failure = Failure {
            what: "the room can be read, but what the bot wrote is not in it".to_owned(),
            mend: "look at the room in Teams; if the message is there, try again".to_owned(),
        };
        for tried in 1..=self.patience.tries {
            match self.graph.messages(self.tenant, chat, None, READ).await {
                Ok(messages) if messages.iter().any(|it| it.content.contains(&self.mark)) => {
                    return Ok(format!("what it wrote was read back, at try {tried}"));
                }
                Ok(_) => {}
                // The consent of a room that was just made may be early, too.
                Err(error) if error.is_retryable() || error.status() == Some(403) => {
                    failure = error.into();
                }
                Err(error) => return Err(error.into()),
            }
            if tried < self.patience.tries {
                tokio::time::sleep(self.patience.pause).await;
            }
        }
        Err(failure)
    }

    /// Takes out everybody, then the app, if it may be in it. What fails does not keep the rest from
    /// being done.
    async fn remove(&self, chat: &str, installed: bool) -> Finding {
        let mut first_error = None;
        for person in self.companions.iter().rev().chain([&self.agent]) {
            if let Err(error) = self.graph.remove_member(self.tenant, chat, *person).await {
                first_error.get_or_insert(error);
            }
        }
        if installed && let Err(error) = self.graph.uninstall_app(self.tenant, chat).await {
            first_error.get_or_insert(error);
        }
        match first_error {
            None if !installed => Ok("everybody was taken out of it".to_owned()),
            None => Ok("everybody and the app were taken out of it".to_owned()),
            Some(error) => {
                let Failure { what, mend } = error.into();
                let mend = format!("{mend}; what is left of {chat}, remove by hand in Teams");
                Err(Failure { what, mend })
            }
        }
    }

    fn text(&self) -> String {
        format!("Beckon checks whether rooms work here. You can ignore this. ({})", self.mark)
    }
}

/// What a failed post looks like, and its mend.
fn connector_failure(error: &ConnectorError) -> Failure {
    let mend = match error.kind() {
        ErrorKind::BotNotInRoster => {
            "the app is installed but the bot is not in the room: the app's manifest must name the \
             bot, bot.app_id, with the scope groupChat; build and upload it anew"
        }
        ErrorKind::Unauthorized | ErrorKind::BotNotRegistered => {
            "check that the Azure Bot resource has bot.app_id and that its Teams channel is on"
        }
        ErrorKind::Token => "check bot.app_id, bot.tenant_id and BECKON_BOT_SECRET",
        ErrorKind::HostNotAllowed => "add the host to bot.allowed_hosts",
        ErrorKind::BotDisabledByAdmin => {
            "allow the app in the Teams admin centre (Teams apps, Manage apps)"
        }
        ErrorKind::Connect => "this machine must reach Teams over port 443",
        _ => "try again; if it stays so, look at the status and the code",
    };
    let mut what = error.to_string();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        what.push_str(": ");
        what.push_str(&cause.to_string());
        next = cause.source();
    }
    Failure { what, mend: mend.to_owned() }
}
