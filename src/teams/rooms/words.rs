//! How text is marked up in a room, and what Beckon says there.

use beckon_domain::command::NotSent;
use beckon_domain::text::{
    Mentions, Typed, command, from_plain, from_teams_html, to_plain, to_teams,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// What can be typed in a room.
const COMMANDS: &str = "/end (or end!) ends the conversation, /park sets it aside, /unpark takes \
                        it up again, /help shows this.";

/// What a customer or the console wrote, as Teams' markup: nothing in it is markup.
pub(super) fn escaped(text: &str) -> String {
    to_teams(&from_plain(text))
}

/// What a post says, without markup.
pub(super) fn plain(html: &str) -> String {
    to_plain(&from_teams_html(html, &Mentions::none()).document)
}

/// The same without spacing: the platform gives it back in its own spelling.
pub(super) fn bare(html: &str) -> String {
    plain(html).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The one closing line of a room (R8).
pub(super) fn closing(ended: &str) -> String {
    format!("This conversation ended at {ended}.")
}

/// A time of day in the tenant's zone, as on its cards; with its date when that is another day.
pub(super) fn clock(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (at, now) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()));
    let form = if at.date() == now.date() { "%H:%M" } else { "%H:%M on %-d %B %Y" };
    at.strftime(form).to_string()
}

/// Why something did not go to the customer, for the one who wrote it. `ended` says when the
/// conversation did, if it did.
pub(super) fn not_sent(why: NotSent, owner: Option<&str>, ended: &str) -> String {
    match why {
        NotSent::NotYours => match owner {
            Some(owner) => format!("Not sent: {owner} speaks with the customer here."),
            None => "Not sent: somebody else speaks with the customer here.".to_owned(),
        },
        NotSent::NotConnected => "Not sent: nobody has this conversation at the moment.".to_owned(),
        NotSent::Parked => {
            "Not sent: the conversation is parked. Its agent takes it up again with /unpark."
                .to_owned()
        }
        NotSent::Ended { .. } => {
            format!("This conversation ended at {ended}. Your message was not delivered.")
        }
        NotSent::Elsewhere => {
            "Not sent: this conversation does not take place here any more. Look in My Sessions."
                .to_owned()
        }
        NotSent::Empty => "Not sent: there is no text in it.".to_owned(),
        NotSent::Attachment => "Not sent. Files and pictures do not reach the customer from here: \
                                share a link that the customer can open."
            .to_owned(),
        NotSent::UnknownCommand => format!("Not sent: there is no such command. {COMMANDS}"),
        NotSent::TooLong => {
            "Not sent: it is longer than 10,000 characters. Please send it in parts.".to_owned()
        }
    }
}

/// What to do with a file or a picture that came with a text.
pub(super) const TEXT_ONLY: &str = "Only the text was sent. Files and pictures do not reach the \
                                    customer from here: share a link that the customer can open.";

/// For somebody who came in.
pub(super) const WELCOME: &str = "Welcome. The customer does not see what you write here: only \
                                  the agent of this conversation speaks with them.";

/// For a supervisor who came in.
pub(super) const SUPERVISOR: &str = "Welcome. What a supervisor writes here goes to the customer, \
                                     under their own name.";

/// For a supervisor who typed what only the agent of the conversation may do.
pub(super) fn owner_only(owner: Option<&str>) -> String {
    let owner = owner.unwrap_or("the agent of this conversation");
    format!("Nothing was changed: only {owner} can end it, park it or take it up again here.")
}

/// For somebody who edits or deletes what was sent.
pub(super) const KEPT: &str = "The customer keeps what was sent: a message cannot be changed or \
                               taken back. Write another one if something was wrong.";

/// The list of commands.
pub(super) fn help() -> String {
    format!(
        "What the agent of this conversation or a supervisor writes here goes to the customer. \
         {COMMANDS}"
    )
}

/// For a command that was not carried out: there is none, or there was more behind its word. Of one
/// that is no word at all its beginning is enough.
pub(super) fn unknown_command(word: &str) -> String {
    if !matches!(command(word), Typed::Unknown(_)) {
        return format!("Not sent: {word} stands alone; type it without anything behind it.");
    }
    let word: String = word.chars().take(64).collect();
    format!("Not sent: {word} is no command. Commands are: {COMMANDS}")
}

#[cfg(test)]
mod tests;
