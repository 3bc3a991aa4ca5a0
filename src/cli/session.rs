//! `beckon session show`: what happened to a session, in words.

use anyhow::bail;
use beckon_domain::command::FlagEnd;
use beckon_domain::event::{Event, EventKind, PassedOver};
use beckon_domain::ids::{AgentId, InvitationId, SessionId};
use beckon_domain::session::{Author, Message, Phase};
use beckon_domain::text::one_line;
use beckon_domain::transfer::TransferTo;
use beckon_domain::wrap_up::Actor;
use clap::Subcommand;
use jiff::Timestamp;

use super::office;
use crate::admin::{Answer, Question, Timeline};
use crate::config::Config;

/// What to do with sessions.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Show everything that happened to a session, with times and reasons.
    Show {
        /// The session's id.
        id: SessionId,
        /// Show what was written, too.
        #[arg(long)]
        text: bool,
    },
}

/// Runs the command.
pub(super) async fn run(config: &Config, command: &Command) -> anyhow::Result<()> {
    let Command::Show { id, text } = command;
    match office::ask(config, Question::Session { session: *id, text: *text }).await? {
        Answer::Session(timeline) => {
            for line in lines(&timeline) {
                super::print(&line)?;
            }
            Ok(())
        }
        other => bail!("the server answered something else: {other:?}"),
    }
}

fn lines(timeline: &Timeline) -> Vec<String> {
    let Timeline { tenant, session, events, messages, .. } = timeline;
    let mut lines = vec![
        format!("session {} of tenant {tenant}", session.id),
        format!("{} wrote to {} ({})", session.customer.label(), session.account, session.service),
        format!("it is {}, with {}", phase(timeline), super::count(session.last_seq, "message")),
    ];
    if matches!(session.phase, Phase::Waiting { .. }) {
        // Who cannot be rung leaves no trace here: only an invitation tells who was passed over.
        lines.push("it rings nowhere: `beckon agents list` shows who can be reached".to_owned());
    }
    lines.push(String::new());
    let happened = events.iter().map(|event| (event.at, event_words(timeline, event)));
    let written = messages.iter().flatten().map(|message| (message.at, message_words(message)));
    let mut all: Vec<(Timestamp, String)> = happened.chain(written).collect();
    // Stable: what has the same time stays in its order, and what was written goes after what it
    // caused only where the clock says so.
    all.sort_by_key(|(at, _)| *at);
    let start = session.created_at;
    lines.extend(all.into_iter().map(|(at, words)| {
        let since = at.duration_since(start).as_secs_f64();
        // Others wrote texts and reasons: none may move the cursor or add a line of its own.
        format!("{at:.3}  {since:>+10.3} s  {}", one_line(&words))
    }));
    lines
}

fn phase(timeline: &Timeline) -> String {
    match &timeline.session.phase {
        Phase::Connected { agent, .. } => format!("connected with {}", name(timeline, *agent)),
        Phase::Ended { outcome, by, .. } => format!("ended: {} by {}", outcome.name(), word(by)),
        other => other.name().to_owned(),
    }
}

fn name(timeline: &Timeline, agent: AgentId) -> String {
    let known = timeline.agents.iter().find(|(id, _)| *id == agent);
    known.map_or_else(|| agent.to_string(), |(_, name)| name.clone())
}

fn actor(timeline: &Timeline, by: &Actor) -> String {
    match by {
        Actor::Agent { agent } => name(timeline, *agent),
        Actor::Key { name } => format!("key {name:?}"),
    }
}

/// Who was sent an invitation.
fn whose(timeline: &Timeline, invitation: InvitationId) -> String {
    let offered = timeline.events.iter().find_map(|event| match &event.kind {
        EventKind::InvitationOffered { invitation: id, agent, .. } if *id == invitation => {
            Some(*agent)
        }
        _ => None,
    });
    offered.map_or_else(|| "an agent".to_owned(), |agent| name(timeline, agent))
}

/// The word that a value has in the API.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word.replace('_', " "),
        _ => String::new(),
    }
}

fn message_words(Message { seq, from, text, .. }: &Message) -> String {
    let who = match from {
        Author::Customer => "the customer",
        Author::Agent { name, .. } => name,
        Author::System => "Beckon",
    };
    format!("message {seq}, {who}: {text}")
}

fn event_words(timeline: &Timeline, event: &Event) -> String {
    let whose = |invitation| whose(timeline, invitation);
    match &event.kind {
        EventKind::SessionCreated => "the customer wrote for the first time".to_owned(),
        EventKind::SessionQueued => "entered the queue".to_owned(),
        EventKind::SessionRequeued => "went back to its place in the queue".to_owned(),
        EventKind::SessionBackedOff { until } => {
            format!("everybody was asked; they are asked again from {until:.0} on")
        }
        EventKind::InvitationOffered { agent, passed_over, .. } => {
            let passed: Vec<String> = passed_over
                .iter()
                .map(|PassedOver { agent, reason }| {
                    let why = reason.as_ref().map_or_else(|| "idle for less long".to_owned(), word);
                    format!("{} {why}", name(timeline, *agent))
                })
                .collect();
            let instead = if passed.is_empty() {
                String::new()
            } else {
                format!(" (not {})", passed.join(", not "))
            };
            format!("{} is invited{instead}", name(timeline, *agent))
        }
        EventKind::InvitationDelivered { invitation } => {
            format!("the card is on display for {}", whose(*invitation))
        }
        EventKind::InvitationAccepted { invitation, surface } => {
            format!("{} accepted ({})", whose(*invitation), word(surface))
        }
        EventKind::InvitationDeclined { invitation, surface } => {
            format!("{} declined ({})", whose(*invitation), word(surface))
        }
        EventKind::InvitationMissed { invitation } => format!("{} missed it", whose(*invitation)),
        EventKind::InvitationUndeliverable { invitation, reason } => {
            format!("{} was not reached: {reason}", whose(*invitation))
        }
        EventKind::InvitationCancelled { invitation, by } => {
            format!("the invitation of {} was withdrawn by {}", whose(*invitation), word(by))
        }
        EventKind::InvitationConcluded { invitation, early } => {
            let how = if *early { "finished the wrap-up" } else { "'s wrap-up time is over" };
            format!("{}{}{how}", whose(*invitation), if *early { " " } else { "" })
        }
        EventKind::WrapUpExtended { invitation, until } => {
            format!("{} extended the wrap-up until {until:.0}", whose(*invitation))
        }
        EventKind::WrapUpHeld { invitation, until } => {
            format!(
                "codes of {} are missing and hold the wrap-up, until {until:.0} at most",
                whose(*invitation)
            )
        }
        EventKind::CodesMissing { .. } => "codes that have to be chosen are missing".to_owned(),
        EventKind::CodesSet { by, codes, .. } => {
            let chosen = codes.codes.iter().chain(&codes.codes2).chain(&codes.tags);
            let chosen = chosen.map(String::as_str).collect::<Vec<_>>().join(", ");
            format!("{} said what it was about: {chosen}", actor(timeline, by))
        }
        EventKind::AdminEnded { audit } => {
            format!("{} forced the end: {}", actor(timeline, &audit.by), audit.reason)
        }
        EventKind::CardGivenUp { invitation, reason } => {
            format!("the card of {} is not kept up to date: {reason}", whose(*invitation))
        }
        EventKind::MessageUndelivered { message, reason } => {
            format!("message {message} was not delivered: {reason}")
        }
        EventKind::NoticeDropped { kind, reason } => {
            format!("the notice {} was given up: {reason}", word(kind))
        }
        EventKind::SessionFailed { reason } => format!("failed: {reason}"),
        EventKind::SessionEnded { outcome, by, messages_in, messages_out, .. } => format!(
            "ended: {} by {} ({} in, {messages_out} out)",
            outcome.name(),
            word(by),
            super::count(*messages_in, "message")
        ),
        other => later_words(timeline, other),
    }
}

/// How a flag ended, in words.
fn unflagged(timeline: &Timeline, why: &FlagEnd) -> String {
    match why {
        FlagEnd::Reset { by: Some(by) } => format!("{} took the flag away", actor(timeline, by)),
        FlagEnd::Reset { by: None } => "the flag was taken away".to_owned(),
        FlagEnd::Over => "its time is over".to_owned(),
        FlagEnd::Offline => "they went offline".to_owned(),
        FlagEnd::OffDuty => "they went off duty".to_owned(),
        FlagEnd::Renewed => "they are flagged for a later invitation".to_owned(),
    }
}

/// Words for what happens to a conversation that is under way, and to its room.
fn later_words(timeline: &Timeline, event: &EventKind) -> String {
    let name = |agent: &AgentId| name(timeline, *agent);
    match event {
        EventKind::DirectContact { agent } => format!("the customer asked for {}", name(agent)),
        EventKind::CustomerReturned { agent, .. } => {
            format!("the customer comes back to {}", name(agent))
        }
        EventKind::OutboundStarted => "we wrote first".to_owned(),
        EventKind::OutboundAnswered => "the customer answered".to_owned(),
        EventKind::WorkflowAccepted => "the workflow accepted the customer".to_owned(),
        EventKind::SessionDequeued => "left the queue".to_owned(),
        EventKind::InvitationTaken { by, .. } => format!("{} was faster", name(by)),
        EventKind::InvitationWithdrawn { .. } => "an invitation was withdrawn".to_owned(),
        EventKind::AgentFlagged { agent, until } => {
            format!("{} is flagged until {until:.0}", name(agent))
        }
        EventKind::AgentUnflagged { agent, why } => {
            format!("{} is not flagged any more: {}", name(agent), unflagged(timeline, why))
        }
        EventKind::AgentReplied { agent } => format!("{} wrote for the first time", name(agent)),
        EventKind::SessionParked => "parked".to_owned(),
        EventKind::SessionUnparked => "taken up again".to_owned(),
        EventKind::AgentReminded { agent, why } => {
            format!("{} was reminded: {}", name(agent), word(why))
        }
        EventKind::CustomerWarned => "the customer was asked whether they are there".to_owned(),
        EventKind::ClosingNotSent { why } => format!("the customer was not told: {}", word(why)),
        EventKind::TransferStarted { invitation, target, note } => {
            let to = match target {
                TransferTo::Service { service } => format!("to {service}"),
                TransferTo::Agent { agent, mode, .. } => {
                    format!("to {} ({})", name(agent), word(mode))
                }
                TransferTo::Outside { address, mode } => {
                    format!("outside, to {address} ({})", word(mode))
                }
            };
            // A note is text: it is shown where texts are asked for.
            let note = match (note, &timeline.messages) {
                (None, _) => String::new(),
                (Some(_), None) => ", with a note".to_owned(),
                (Some(note), Some(_)) => format!(", with the note: {note}"),
            };
            format!("{} moves it {to}{note}", whose(timeline, *invitation))
        }
        EventKind::TransferTaken { .. } => "the move was taken".to_owned(),
        EventKind::TransferFailed { reason, .. } => format!("the move failed: {reason}"),
        EventKind::InvitationReturned { reason, .. } => {
            format!("went back to the queue: {}", word(reason))
        }
        EventKind::TakenOver { by, .. } => format!("{} took it over", name(by)),
        EventKind::StandbyAccepted { agent, .. } => format!("{} took it on call", name(agent)),
        EventKind::RoomWanted => "a room is to be made".to_owned(),
        EventKind::RoomOpening => "the room is being made".to_owned(),
        EventKind::RoomOpened => "the room opened".to_owned(),
        EventKind::RoomFailed { reason } => format!("the room could not be made: {reason}"),
        EventKind::RoomLost { reason } => format!("the room is gone: {reason}"),
        EventKind::RoomClosing => "the room is to be closed".to_owned(),
        EventKind::RoomClosed => "the room closed".to_owned(),
        // What is told above.
        other => word(other),
    }
}
