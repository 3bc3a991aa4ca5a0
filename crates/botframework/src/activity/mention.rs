//! Removing the bot's own mention from what was said to it.

use std::collections::BTreeSet;

use super::{Activity, Entity};

/// How many different spellings of the bot's mention are looked for. A message
/// has one or two; the bound keeps hostile ones from costing text × entities.
const MAX_SPELLINGS: usize = 8;

/// A text with a copy to search in: ASCII lower-casing keeps every offset.
struct Tagged {
    text: String,
    lower: String,
}

/// `<at …>name</at>` in a text, as byte offsets.
struct Tag {
    start: usize,
    name_start: usize,
    name_end: usize,
    end: usize,
}

impl Tagged {
    fn new(text: String) -> Self {
        Self { lower: text.to_ascii_lowercase(), text }
    }

    /// The first complete tag at or after `from`, in any case.
    fn next_tag(&self, from: usize) -> Option<Tag> {
        let mut at = from;
        loop {
            let start = at + self.lower.get(at..)?.find("<at")?;
            let after = start + "<at".len();
            let rest = self.lower.get(after..)?;
            if !rest.starts_with(['>', ' ']) {
                at = after;
                continue;
            }
            let name_start = after + rest.find('>')? + 1;
            let name_end = name_start + self.lower.get(name_start..)?.find("</at>")?;
            return Some(Tag { start, name_start, name_end, end: name_end + "</at>".len() });
        }
    }

    fn slice(&self, start: usize, end: usize) -> &str {
        self.text.get(start..end).unwrap_or_default()
    }
}

impl Activity {
    /// The text as its author meant it: without mentions of the bot, and with
    /// mentions of others reduced to their names.
    ///
    /// In group contexts Teams delivers a message only when it mentions the
    /// bot, and the mention is part of the text. The `mention` entities tell
    /// which tag is the bot's, but channels and clients leave them out at
    /// times: then the tag with the bot's name is taken, and failing that the
    /// one the message begins with.
    pub fn text_without_mentions(&self) -> String {
        let bot = self.recipient.as_ref();
        let bot_name = bot.and_then(|bot| bot.name.as_deref()).unwrap_or_default();
        let mentions = || self.entities.iter().filter_map(Entity::as_mention);
        let is_bot = |id: &str| bot.is_some_and(|bot| bot.id == id);

        let mut text = self.text.clone().unwrap_or_default();
        let mut bot_found = false;
        let spellings = mentions().filter(|(id, spelling)| is_bot(id) && !spelling.is_empty());
        for (_, spelling) in spellings.take(MAX_SPELLINGS) {
            if text.contains(spelling) {
                text = text.replace(spelling, " ");
                bot_found = true;
            }
        }
        let others: BTreeSet<String> =
            mentions().filter(|(id, _)| !is_bot(id)).filter_map(|(_, it)| mentioned(it)).collect();

        let text = Tagged::new(text);
        let mut plain = String::with_capacity(text.text.len());
        let mut at = 0;
        while let Some(tag) = text.next_tag(at) {
            plain.push_str(text.slice(at, tag.start));
            let name = text.slice(tag.name_start, tag.name_end);
            let leads = !bot_found && plain.trim().is_empty() && !others.contains(name);
            if leads || name.trim().eq_ignore_ascii_case(bot_name) {
                plain.push(' ');
                bot_found = true;
            } else {
                plain.push_str(name);
            }
            at = tag.end;
        }
        plain.push_str(text.slice(at, text.text.len()));
        tidy(&plain)
    }
}

/// The name inside the tag of a mention entity's text.
fn mentioned(mention: &str) -> Option<String> {
    let mention = Tagged::new(mention.to_owned());
    let tag = mention.next_tag(0)?;
    Some(mention.slice(tag.name_start, tag.name_end).to_owned())
}

/// Trims, and reduces runs of blanks (no-break ones, which Teams puts around
/// mentions, included) to one; line breaks stay.
fn tidy(text: &str) -> String {
    let lines = text.split('\n').map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests;
