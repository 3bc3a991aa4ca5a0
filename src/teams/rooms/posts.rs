//! Messages as posts: in order, each no longer than the platform shows one.

use std::fmt::Write;

use beckon_domain::session::{Author, Message};
use beckon_domain::text::{Format, from_plain, split};

use super::words::escaped;

/// The most of one post, in UTF-16 units of its markup. What the platform says of its own limit
/// differs from page to page, between 28 and 100 KB; 24 KB are below all of them.
const POST: usize = 12_000;
/// The most of a transcript, in the same units: ten posts or so are made while a room is tried for.
const TRANSCRIPT: usize = 8 * POST;

const BREAK: &str = "<br>";
const EARLIER: &str = "<em>Earlier messages are in My Sessions.</em><br>";

/// Messages as posts. The name stands before each run of one author; `before` is who wrote the last
/// message, if that is in the room. A message that is too long for one post goes on in the next.
pub(super) fn messages(
    messages: &[&Message],
    before: Option<&Author>,
    customer: &str,
) -> Vec<String> {
    let mut posts = Posts::default();
    let mut last = before;
    for message in messages {
        let mut name = String::new();
        if last != Some(&message.from) {
            let who = escaped(who(&message.from, customer));
            // A string takes everything.
            let _infallible = write!(name, "<strong>{who}:</strong> ");
        }
        posts.add(&name, &message.text);
        last = Some(&message.from);
    }
    posts.0
}

/// What was said before the room. Of a very long conversation the end is shown.
pub(super) fn transcript(all: &[Message], customer: &str) -> Vec<String> {
    let mut used = 0;
    let fits = all.iter().rev().take_while(|message| {
        used += units(&escaped(&message.text)) + 64;
        used <= TRANSCRIPT
    });
    let shown: Vec<&Message> = all.iter().skip(all.len() - fits.count()).collect();
    let mut posts = messages(&shown, None, customer);
    if let (Some(post), Some(first)) = (posts.first_mut(), shown.first())
        && first.seq > 1
    {
        post.insert_str(0, EARLIER);
    }
    posts
}

fn who<'a>(author: &'a Author, customer: &'a str) -> &'a str {
    match author {
        Author::Customer => customer,
        Author::Agent { name, .. } => name,
        Author::System => "Beckon",
    }
}

fn units(html: &str) -> usize {
    html.encode_utf16().count()
}

#[derive(Default)]
struct Posts(Vec<String>);

impl Posts {
    /// Adds a message to the last post, or in as many new ones as it takes.
    fn add(&mut self, name: &str, text: &str) {
        let whole = format!("{name}{}", escaped(text));
        if units(&whole) > POST {
            let parts = split(&from_plain(text), Format::Teams, POST.saturating_sub(units(name)));
            let parts = parts.iter().map(|part| part.render(Format::Teams)).enumerate();
            // Parts of one message stand in a post each: in one, the cut would show as a line's end.
            self.0.extend(parts.map(|(place, part)| match place {
                0 => format!("{name}{part}"),
                _ => part,
            }));
            return;
        }
        match self.0.last_mut() {
            Some(last) if units(last) + BREAK.len() + units(&whole) <= POST => {
                last.extend([BREAK, &whole]);
            }
            _ => self.0.push(whole),
        }
    }
}

#[cfg(test)]
mod tests;
