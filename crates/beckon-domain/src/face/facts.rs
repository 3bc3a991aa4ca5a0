//! The facts a card shows, gathered from the rows as they are.

use jiff::{SignedDuration, Timestamp};
use unicode_segmentation::UnicodeSegmentation as _;

use super::{Face, Gone};
use crate::event::Reminder;
use crate::ids::{AgentId, InvitationId, SessionId};
use crate::invitation::{Invitation, InvitationState};
use crate::outcome::{EndedBy, Outcome};
use crate::room::{Provider, Room, RoomState};
use crate::session::Session;
use crate::settings::{CardParameter, Channel, Label, Service};
use crate::text::on_card;
use crate::wrap_up::{self, WrapUp};

/// The longest name on a card, in graphemes. Longer ones are cut: what a card is about has to be
/// seen at a glance, on a telephone too.
pub const MAX_NAME: usize = 120;

/// What a card is told. What the customer wrote is not in it, but for the beginning of the first
/// message where the service shows that on the invitation: it stays hidden until the accept, and
/// belongs in the room afterwards (B5).
#[derive(Clone, Debug, PartialEq)]
pub struct CardData {
    /// The invitation, sent back with every click.
    pub invitation: InvitationId,
    /// The version of the card, sent back with every click.
    pub version: u32,
    /// The session.
    pub session: SessionId,
    /// Whose invitation it is.
    pub agent: AgentId,
    /// The service's name.
    pub service: String,
    /// The customer's name, else address.
    pub customer: String,
    /// The kind of channel.
    pub channel: Channel,
    /// When the offer was made.
    pub offered_at: Timestamp,
    /// How long the customer had waited then; once the ring is over, by its end. Never negative.
    pub waited: SignedDuration,
    /// What the service wants to be shown about the session.
    pub parameters: Vec<Parameter>,
    /// The beginning of what the customer wrote, where the service allows it before the accept
    /// (B5).
    pub preview: Option<String>,
    /// The room, while and after the agent had it.
    pub room: Option<RoomFacts>,
    /// What the agent is reminded of, while they have it (P2, P6).
    pub reminder: Option<Reminder>,
    /// Why the session is no longer the agent's.
    pub gone: Option<Gone>,
    /// When the invitation came to where it stands; `None` while it rings.
    pub at: Option<Timestamp>,
    /// The conversation, once it ended.
    pub talk: Option<TalkFacts>,
    /// When the after-call work ends by itself, where it cannot be extended.
    pub until: Option<Timestamp>,
    /// Codes and tags (P4), where the service has any or some were set.
    pub codes: Option<Codes>,
    /// How much had happened when the card was drawn. Sent back when codes are saved, so that to
    /// choose one thing, then another, then the first again are three clicks.
    pub moment: u64,
    /// What the agent may do about their after-call work.
    pub wrap_up: Option<WrapUpFacts>,
}

/// What an agent may do about their after-call work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WrapUpFacts {
    /// End it before its time.
    pub finish: bool,
    /// Let its time begin anew; a card that offers it names no time.
    pub extend: bool,
    /// Whether it is held open until codes are chosen.
    pub demands: bool,
}

/// One thing about a session that the service wants on the card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// What it is.
    pub title: Label,
    /// Its value.
    pub value: String,
}

/// The room, as a card shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomFacts {
    /// Its name.
    pub name: String,
    /// Where the agent finds it; `None` once the conversation is over.
    pub place: Option<Place>,
    /// The address of the chat; `None`: it has none of its own, and My Sessions shows it.
    pub link: Option<String>,
}

/// Where the agent finds the conversation.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Place {
    /// In a chat that is being made (B6).
    Opening,
    /// In a chat of its own.
    Chat,
    /// In My Sessions, the console page.
    MySessions,
}

impl Place {
    /// The name by which cards and their texts know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Chat => "chat",
            Self::MySessions => "my_sessions",
        }
    }
}

/// A conversation that is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TalkFacts {
    /// How it ended.
    pub outcome: Outcome,
    /// Who ended it.
    pub by: EndedBy,
    /// When it ended.
    pub ended_at: Timestamp,
    /// How long the agent had it. Never negative.
    pub lasted: SignedDuration,
}

/// What an agent can say about a conversation after it (P4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Codes {
    /// The two lists to choose from, as far as there are any.
    pub lists: [Option<CodeList>; 2],
    /// Free tags: at most 20, of at most 64 characters.
    pub tags: Vec<String>,
    /// Whether tags can be added.
    pub takes_tags: bool,
    /// Whether they can still be set: during the after-call work, and on the result for a day.
    pub open: bool,
}

/// A list of codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeList {
    /// The list's name.
    pub name: Label,
    /// What can be chosen.
    pub choices: Vec<Choice>,
    /// The id of what was chosen.
    pub chosen: Option<String>,
    /// Whether something has to be chosen; it holds the after-call work open.
    pub required: bool,
}

/// One code of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its id.
    pub id: String,
    /// What people see.
    pub title: Label,
}

impl CodeList {
    /// A list of a service, with the id of what was chosen.
    pub fn of(list: &wrap_up::CodeList, chosen: Option<String>) -> Self {
        let choice =
            |code: &wrap_up::Code| Choice { id: code.id.clone(), title: code.label.clone() };
        Self {
            name: list.name.clone(),
            choices: list.codes.iter().map(choice).collect(),
            chosen,
            required: list.required,
        }
    }
}

impl WrapUpFacts {
    /// What the rules of a service allow.
    pub fn of(rules: &WrapUp) -> Self {
        Self { finish: rules.early_end, extend: rules.extensions > 0, demands: rules.demands() }
    }
}

/// Gathers what a card shows from the rows as they are.
pub fn card_data(
    invitation: &Invitation,
    session: &Session,
    service: &Service,
    room: Option<&Room>,
) -> CardData {
    let state = &invitation.state;
    let since = session.queued_at.unwrap_or(session.created_at);
    let until = wrap_up_until(state, &service.wrap_up);
    CardData {
        invitation: invitation.id,
        version: invitation.card.wanted,
        session: session.id,
        agent: invitation.agent,
        service: label(invitation.service.as_ref().map_or(&service.name, |own| &own.name)),
        customer: label(&session.customer.label()),
        channel: session.channel,
        offered_at: invitation.offered_at,
        waited: between(since, waited_until(invitation)),
        parameters: parameters(session, service),
        preview: session
            .preview
            .clone()
            .filter(|_| service.cards.preview && Face::of(state) == Face::Invitation),
        room: room.and_then(|room| room_facts(Face::of(state), room)),
        reminder: reminder(state, session),
        gone: Gone::of(state),
        at: since_when(state),
        talk: state.ended().map(|ended| TalkFacts {
            outcome: ended.outcome,
            by: ended.by,
            ended_at: ended.ended_at,
            lasted: between(ended.accepted_at, ended.ended_at),
        }),
        until,
        codes: codes(invitation, &service.wrap_up),
        moment: session.last_event,
        wrap_up: wrap_up(state, &service.wrap_up),
    }
}

/// What the session has of what the service shows, in the service's order.
fn parameters(session: &Session, service: &Service) -> Vec<Parameter> {
    let known = |shown: &CardParameter| {
        let value = session.parameters.get(&shown.name)?.clone();
        Some(Parameter { title: shown.label.clone(), value })
    };
    service.cards.parameters.iter().filter_map(known).collect()
}

/// What can be said about a conversation that is over, and was.
pub fn codes(invitation: &Invitation, rules: &WrapUp) -> Option<Codes> {
    let ended = invitation.state.ended().is_some();
    let said = &invitation.codes;
    if !ended || (!rules.asks() && said.is_empty()) {
        return None;
    }
    let lists = [(&rules.codes, &said.codes), (&rules.codes2, &said.codes2)];
    Some(Codes {
        lists: lists.map(|(list, chosen)| Some(CodeList::of(list.as_ref()?, chosen.clone()))),
        tags: said.tags.clone(),
        takes_tags: rules.tags,
        open: rules.asks() && !invitation.codes_closed,
    })
}

/// When the after-call work ends by itself, as its card can say it: the card is not repainted when
/// that changes (B4). So it says nothing where the time can begin anew, and not how long the work
/// is held open.
fn wrap_up_until(state: &InvitationState, rules: &WrapUp) -> Option<Timestamp> {
    let InvitationState::WrapUp { ended, until, held, .. } = state else { return None };
    match rules.length {
        Some(length) if *held => ended.ended_at.checked_add(length).ok(),
        _ => Some(*until),
    }
    .filter(|_| rules.extensions == 0)
}

fn wrap_up(state: &InvitationState, rules: &WrapUp) -> Option<WrapUpFacts> {
    let InvitationState::WrapUp { .. } = state else { return None };
    Some(WrapUpFacts::of(rules))
}

fn reminder(state: &InvitationState, session: &Session) -> Option<Reminder> {
    match state {
        InvitationState::Accepted { parked: false, .. } => Some(Reminder::Silent),
        InvitationState::Accepted { parked: true, .. } => Some(Reminder::Parked),
        _ => None,
    }
    .filter(|_| session.reminded)
}

/// The most UTF-16 units that a grapheme may have on the average: what platforms count (28 KB for a
/// card). Two hold any letter and most emoji; emoji of whole families have eight, and a single letter
/// can carry thousands of marks, and with them more than a card may hold.
const MAX_UNITS: usize = 2;

/// Text as it stands on a card: one harmless line of at most this many graphemes, and of twice as
/// many UTF-16 units as JSON writes them.
pub fn on_card_within(text: &str, graphemes: usize) -> String {
    let line = on_card(text);
    let enough = line.grapheme_indices(true).nth(graphemes).map(|(end, _)| end);
    let mut room = graphemes.saturating_mul(MAX_UNITS);
    let over = line.char_indices().find(|(_, c)| match room.checked_sub(units(*c)) {
        Some(left) => {
            room = left;
            false
        }
        None => true,
    });
    // No grapheme is cut in two, unless it is the first.
    let whole = |end| {
        let starts = line.grapheme_indices(true).map(|(start, _)| start);
        starts.take_while(|start| *start <= end).last().filter(|start| *start > 0).unwrap_or(end)
    };
    let over = over.map(|(end, _)| whole(end));
    match enough.into_iter().chain(over).min() {
        None => line,
        Some(end) => format!("{}\u{2026}", line[..end].trim_end()),
    }
}

/// What a character takes in JSON.
fn units(c: char) -> usize {
    match c {
        '"' | '\\' => 2,
        _ => c.len_utf16(),
    }
}

fn label(name: &str) -> String {
    on_card_within(name, MAX_NAME)
}

/// The room, on faces that say where the conversation is or was. A card is repainted with its
/// invitation's state, so on the others a room that comes or goes would be old news.
fn room_facts(face: Face, room: &Room) -> Option<RoomFacts> {
    let place = match face {
        Face::Accepted | Face::Parked => Some(place(room)),
        Face::Terminated | Face::Result => None,
        Face::Invitation
        | Face::Returning
        | Face::Declined
        | Face::Missed
        | Face::Cancelled
        | Face::Moved => return None,
    };
    let link = room.url.clone().filter(|_| place == Some(Place::Chat));
    Some(RoomFacts { name: on_card(&room.name), place, link })
}

fn place(room: &Room) -> Place {
    match (room.provider, &room.state) {
        (Provider::Console, _) => Place::MySessions,
        (_, RoomState::Wanted { .. } | RoomState::Opening { .. }) => Place::Opening,
        _ => Place::Chat,
    }
}

/// When the invitation came to where it stands.
fn since_when(state: &InvitationState) -> Option<Timestamp> {
    match state {
        InvitationState::Ringing { .. } => None,
        InvitationState::Accepted { at, .. }
        | InvitationState::Declined { at }
        | InvitationState::Missed { at }
        | InvitationState::CancelledCustomer { at }
        | InvitationState::CancelledTaken { at, .. }
        | InvitationState::CancelledSystem { at }
        | InvitationState::Undeliverable { at, .. }
        | InvitationState::Transferring { at, .. }
        | InvitationState::Transferred { at, .. }
        | InvitationState::TransferFailed { at, .. }
        | InvitationState::Returned { at, .. }
        | InvitationState::TakenOver { at, .. }
        | InvitationState::RoomFailed { at, .. } => Some(*at),
        InvitationState::WrapUp { ended, .. }
        | InvitationState::Concluded { ended }
        | InvitationState::Stale { ended } => Some(ended.ended_at),
    }
}

/// When the customer's waiting for this agent was over. While it rings nobody knows: what a card
/// shows must not change by the time of its painting.
fn waited_until(invitation: &Invitation) -> Timestamp {
    match &invitation.state {
        InvitationState::Ringing { .. } => invitation.offered_at,
        InvitationState::Accepted { at, .. }
        | InvitationState::Declined { at }
        | InvitationState::Missed { at }
        | InvitationState::CancelledCustomer { at }
        | InvitationState::CancelledTaken { at, .. }
        | InvitationState::CancelledSystem { at }
        | InvitationState::Undeliverable { at, .. } => *at,
        InvitationState::Transferring { accepted_at, .. }
        | InvitationState::Transferred { accepted_at, .. }
        | InvitationState::TransferFailed { accepted_at, .. }
        | InvitationState::Returned { accepted_at, .. }
        | InvitationState::TakenOver { accepted_at, .. }
        | InvitationState::RoomFailed { accepted_at, .. } => *accepted_at,
        InvitationState::WrapUp { ended, .. }
        | InvitationState::Concluded { ended }
        | InvitationState::Stale { ended } => ended.accepted_at,
    }
}

/// The span between two instants; none where a clock stepped back.
fn between(from: Timestamp, to: Timestamp) -> SignedDuration {
    to.duration_since(from).max(SignedDuration::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_stepped_back_shows_no_nonsense() {
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        assert_eq!(between(at(5), at(0)), SignedDuration::ZERO);
        assert_eq!(between(at(0), at(125)), SignedDuration::from_secs(125));
    }

    #[test]
    fn a_long_name_is_cut_between_graphemes() {
        let family = "\u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467}";
        let fit = MAX_NAME * MAX_UNITS / 8;
        assert_eq!(label(&family.repeat(fit)), family.repeat(fit));
        let cut = label(&family.repeat(fit + 1));
        assert_eq!(cut, format!("{}\u{2026}", family.repeat(fit)));
        for one in ["x", "\u{1f600}", "\"", "\u{4e16}"] {
            assert_eq!(label(&one.repeat(MAX_NAME)), one.repeat(MAX_NAME));
            let cut = format!("{}\u{2026}", one.repeat(MAX_NAME));
            assert_eq!(label(&one.repeat(MAX_NAME + 1)), cut);
        }
    }

    #[test]
    fn marks_heaped_on_one_letter_do_not_make_a_card_too_large() {
        let heap = format!("a{}", "\u{1d167}".repeat(10_000));
        let cut = on_card_within(&heap, 240);
        assert!(cut.starts_with("a\u{1d167}") && cut.ends_with('\u{2026}'), "{}", cut.len());
        assert_eq!(cut.chars().map(units).sum::<usize>(), 240 * MAX_UNITS);
    }
}
