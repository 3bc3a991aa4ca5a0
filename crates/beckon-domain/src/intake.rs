//! From what a card sends back to a command. Pure: the adapter has verified who sent it.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::card::{CardCopy, CopyKind};
use crate::command::{Action, Command, Surface};
use crate::ids::{AgentId, CommandId, InvitationId};
use crate::wrap_up::{Actor, Codes};

/// What every action of our cards carries in its data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardActionData {
    /// The invitation whose card it is.
    pub invitation: InvitationId,
    /// The version the card showed: with the verb and the inputs, the nonce of a click.
    pub version: u32,
    /// What was typed and chosen: the client merges the value of each input into the data, under
    /// the input's id. All of them are texts (`Input.Text`, `Input.ChoiceSet`); what else a client
    /// adds is metadata and left out.
    #[serde(flatten, deserialize_with = "texts")]
    pub inputs: BTreeMap<String, String>,
}

fn texts<'de, D: Deserializer<'de>>(data: D) -> Result<BTreeMap<String, String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Given {
        Text(String),
        Other(IgnoredAny),
    }
    let text = |(id, given)| match given {
        Given::Text(text) => Some((id, text)),
        Given::Other(IgnoredAny) => None,
    };
    let given = BTreeMap::<String, Given>::deserialize(data)?;
    Ok(given.into_iter().filter_map(text).collect())
}

/// A click that is not one of ours.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown card verb {0:?}")]
pub struct UnknownVerb(pub String);

/// A verified click on a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Click<'a> {
    /// Who clicked: the Entra object id from the verified activity.
    pub agent: AgentId,
    /// The verb of the action.
    pub verb: &'a str,
    /// The data of the action.
    pub data: CardActionData,
    /// The conversation that holds the card.
    pub conversation: &'a str,
    /// What the card is there: in a group it is a room's control card.
    pub kind: CopyKind,
    /// The message that holds the card (`replyToId`), if the channel named it.
    pub message: Option<&'a str>,
    /// The id of the activity that brought the click, if the channel named it.
    pub activity: Option<&'a str>,
    /// Whether the click is answered with a card (an invoke), or only by the shared update (the
    /// `Action.Submit` of an old client).
    pub answered: bool,
}

/// The command of a click, with its key: (invitation, agent, verb, version, message, inputs). Teams
/// delivers a click up to four times, half of them under a new activity id
/// (`facts/botframework-protocol.md` §5.5); the key is the same for all of them. Other inputs on the
/// same shown card make it another click (B6).
///
/// More time can be asked for again on a card that stays as it is (B4): there the activity belongs
/// to the key, and a second delivery under a new id is told by how soon it follows.
///
/// # Errors
/// [`UnknownVerb`] for a verb that none of our cards has.
pub fn click(click: &Click<'_>) -> Result<(CommandId, Command), UnknownVerb> {
    let action = Action::from_verb(click.verb).ok_or_else(|| UnknownVerb(click.verb.to_owned()))?;
    let (mut id, Clicked { invitation, surface, seen }) = click.with_key(action.verb());
    if let (Action::Extend, Some(activity)) = (action, click.activity) {
        id.0.push(':');
        id.0.push_str(activity);
    }
    let command = Command::Act { invitation, agent: click.agent, action, surface, seen };
    Ok((id, command))
}

/// The verb that saves codes and tags.
pub const SAVE_CODES: &str = "codes";

/// The verb that takes the RONA flag away which an invitation brought (I3).
pub const RESET_RONA: &str = "reset_rona";

/// The command of a click that takes the flag away, keyed as any other click. The caller has checked
/// that the invitation is theirs who clicked.
pub fn reset_rona(click: &Click<'_>) -> (CommandId, Command) {
    let (id, Clicked { invitation, .. }) = click.with_key(RESET_RONA);
    let by = Some(Actor::Agent { agent: click.agent });
    (id, Command::ResetRona { agent: click.agent, by, flag: Some(invitation) })
}

/// The id of an input for codes or tags. It carries the card's version, so that what was typed into
/// an older version of the card is told apart (B4).
pub fn input_id(what: &str, version: u32) -> String {
    format!("{what}_v{version}")
}

/// The command that keeps the codes and tags of a click, whatever its verb: what was typed is not
/// lost when another button is pressed. `None` where nothing was typed or chosen.
///
/// An input that is empty says nothing: of two clients that show the card, one may not know what
/// was said on the other.
pub fn codes(click: &Click<'_>) -> Option<(CommandId, Command)> {
    let said = |what| {
        let text = click.data.inputs.get(&input_id(what, click.data.version))?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    };
    let tags = said("tags").unwrap_or_default();
    let tags = tags.split(',').map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty());
    let codes = Codes { codes: said("codes"), codes2: said("codes2"), tags: tags.collect() };
    if codes.is_empty() {
        return None;
    }
    let (id, Clicked { invitation, surface, seen }) = click.with_key(SAVE_CODES);
    let by = Actor::Agent { agent: click.agent };
    Some((id, Command::SetCodes { invitation, by, codes, keep: true, surface, seen }))
}

/// What every command of a click has.
struct Clicked {
    invitation: InvitationId,
    surface: Surface,
    seen: Option<CardCopy>,
}

impl Click<'_> {
    /// The key of this click for a verb.
    fn with_key(&self, verb: &str) -> (CommandId, Clicked) {
        let CardActionData { invitation, version, ref inputs } = self.data;
        // The message is part of it: a click on a second copy of the card has to be heard, or that
        // copy stays unknown.
        let message = self.message.unwrap_or_default();
        let mut id = format!("click:{invitation}:{}:{verb}:{version}:{message}", self.agent);
        if !inputs.is_empty() {
            id.push(':');
            id.push_str(&digest(inputs));
        }
        let seen = self.message.map(|activity| CardCopy {
            conversation: self.conversation.to_owned(),
            activity: activity.to_owned(),
            shown: version,
            kind: self.kind,
        });
        let surface = if self.answered { Surface::Card } else { Surface::CardSubmit };
        (CommandId(id), Clicked { invitation, surface, seen })
    }
}

/// What tells two inputs apart, whatever their length: the first 128 bits of a SHA-256, in hex. The
/// map is sorted, so the order in which a client sends them does not matter.
fn digest(inputs: &BTreeMap<String, String>) -> String {
    let mut hash = Sha256::new();
    for part in inputs.iter().flat_map(|(id, value)| [id, value]) {
        // Lengths keep ("a", "bc") and ("ab", "c") apart.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let mut hex = String::with_capacity(32);
    for byte in &hash.finalize()[..16] {
        for digit in [byte >> 4, byte & 15] {
            hex.extend(char::from_digit(u32::from(digit), 16));
        }
    }
    hex
}

/// The key of what somebody wrote in a room: delivered or read back, once or more often, it is the
/// same.
pub fn room_key(conversation: &str, message: &str) -> CommandId {
    CommandId(format!("room:{}:{conversation}:{message}", conversation.len()))
}

/// The key of a customer's message: the sender's own id makes it unique per address.
pub fn message_key(account: &str, address: &str, client_message_id: &str) -> CommandId {
    // Lengths keep ("a", "b:c") and ("a:b", "c") apart.
    CommandId(format!(
        "message:{}:{account}:{}:{address}:{client_message_id}",
        account.len(),
        address.len()
    ))
}

/// The key of what we write first: the sender's own id makes it unique per address.
pub fn outbound_key(account: &str, address: &str, client_message_id: &str) -> CommandId {
    let CommandId(key) = message_key(account, address, client_message_id);
    CommandId(format!("outbound:{key}"))
}

#[cfg(test)]
mod tests;
