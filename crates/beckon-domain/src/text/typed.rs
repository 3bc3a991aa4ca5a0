//! Commands that an agent types in a room.

use super::chars::is_dropped;

/// What a message typed in a room asks of Beckon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed<'a> {
    /// `/end` or `end!`: the conversation is over.
    End,
    /// `/park`: set it aside.
    Park,
    /// `/unpark`: take it up again.
    Unpark,
    /// `/help`: what can be typed.
    Help,
    /// Is a command with more text behind it (the word with its slash).
    WithMore(&'a str),
    /// Looks like a command and is none we know (the word with its slash).
    Unknown(&'a str),
    /// A message like any other.
    NotACommand,
}

/// Reads a message as a typed command. Anything but [`Typed::NotACommand`] is never relayed to the
/// customer; an unknown one is answered with the list of commands, and one with more text behind it
/// with how it is typed.
///
/// A command begins with a slash and a word: a letter, then letters, digits, `-` or `_`, and then
/// white space, `.`, `,`, `!`, `?`, `:` or the end. So `/etc/hosts`, `/tmp.txt`, `//`, `/5` and
/// `and/or` are messages, and so is a slash anywhere but at the start. A known command stands
/// alone: with more text behind it, it is [`Typed::WithMore`], because to end a conversation by
/// accident and to show the customer `/end, I am off` are both worse than to ask again. Whoever
/// means a message that begins with `/word` puts another word before it.
///
/// Upper and lower case are the same; white space and invisible characters around do not count.
/// Quotes are to be taken out before, see [`Document::without_quotes`](super::Document::without_quotes).
pub fn command(text: &str) -> Typed<'_> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || is_dropped(c));
    if text.eq_ignore_ascii_case("end!") {
        return Typed::End;
    }
    let Some(rest) = text.strip_prefix('/').filter(|rest| rest.starts_with(char::is_alphabetic))
    else {
        return Typed::NotACommand;
    };
    let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_'));
    let (word, tail) = rest.split_at(end.unwrap_or(rest.len()));
    let after = tail.trim_start_matches(['.', ',', '!', '?', ':']);
    if !after.is_empty() && !after.starts_with(char::is_whitespace) {
        return Typed::NotACommand;
    }
    let known = [
        ("end", Typed::End),
        ("park", Typed::Park),
        ("unpark", Typed::Unpark),
        ("help", Typed::Help),
    ];
    match known.into_iter().find(|(name, _)| word.eq_ignore_ascii_case(name)) {
        Some((_, typed)) if after.is_empty() => typed,
        Some(_) => Typed::WithMore(&text[..=word.len()]),
        None => Typed::Unknown(&text[..=word.len()]),
    }
}
