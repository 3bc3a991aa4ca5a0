//! How messages look in a room, and what Beckon says there.

use std::fmt::Write;

use beckon_domain::command::NotSent;
use beckon_domain::session::{Author, Message};
use beckon_domain::text::{Mentions, from_plain, from_teams_html, to_plain, to_teams};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The most of a transcript that is posted, in UTF-16 units: with its markup it stays below what a
/// client shows of one post (28 KB).
const TRANSCRIPT: usize = 10_000;

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

fn who<'a>(author: &'a Author, customer: &'a str) -> &'a str {
    match author {
        Author::Customer => customer,
        Author::Agent { name, .. } => name,
        Author::System => "Beckon",
    }
}

/// Messages as one post. The name stands before each run of one author; `before` is who wrote the
/// last message, if that is in the room.
pub(super) fn messages(messages: &[&Message], before: Option<&Author>, customer: &str) -> String {
    let mut out = String::new();
    let mut last = before;
    for message in messages {
        if !out.is_empty() {
            out.push_str("<br>");
        }
        if last != Some(&message.from) {
            let name = escaped(who(&message.from, customer));
            // A string takes everything.
            let _infallible = write!(out, "<strong>{name}:</strong> ");
        }
        out.push_str(&escaped(&message.text));
        last = Some(&message.from);
    }
    out
}

/// What was said before the room, as one post; `None`: nothing. Of a long one the end is shown.
pub(super) fn transcript(all: &[Message], customer: &str) -> Option<String> {
    let mut units = 0;
    let fits = all.iter().rev().take_while(|message| {
        units += message.text.encode_utf16().count() + 64;
        units <= TRANSCRIPT
    });
    let shown: Vec<&Message> = all.iter().skip(all.len() - fits.count()).collect();
    let last = all.last()?;
    if shown.is_empty() {
        // One message alone is too long: its beginning has to do.
        let cut: String = last.text.chars().take(TRANSCRIPT / 2).collect();
        let name = escaped(who(&last.from, customer));
        return Some(format!(
            "<strong>{name}:</strong> {}… <em>(the rest is in My Sessions)</em>",
            escaped(&cut)
        ));
    }
    let mut out = String::new();
    if shown.len() < all.len() {
        out.push_str("<em>Earlier messages are in My Sessions.</em><br>");
    }
    out.push_str(&messages(&shown, None, customer));
    Some(out)
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
            "Not sent: the conversation is parked. Type /unpark to take it up again.".to_owned()
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

/// For somebody who edits or deletes what was sent.
pub(super) const KEPT: &str = "The customer keeps what was sent: a message cannot be changed or \
                               taken back. Write another one if something was wrong.";

/// The list of commands.
pub(super) fn help() -> String {
    format!("What you write here goes to the customer. {COMMANDS}")
}

/// For a command that there is not.
pub(super) fn unknown_command(word: &str) -> String {
    format!("Not sent: {word} is no command. Commands are: {COMMANDS}")
}

#[cfg(test)]
mod tests;
