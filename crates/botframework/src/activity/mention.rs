//! Removing the bot's own mention from what was said to it.

use super::Activity;

/// `<at …>name</at>` in a text: byte range of the whole and of the name.
struct Tag {
    start: usize,
    end: usize,
    name: (usize, usize),
}

/// Finds the first complete tag at or after `from`. ASCII case does not matter.
fn next_tag(text: &str, from: usize) -> Option<Tag> {
    // ASCII lower-casing keeps every byte offset.
    let lower = text.to_ascii_lowercase();
    let mut at = from;
    loop {
        let start = at + lower.get(at..)?.find("<at")?;
        let after = start + "<at".len();
        let rest = lower.get(after..)?;
        if !rest.starts_with(['>', ' ']) {
            at = after;
            continue;
        }
        let name_start = after + rest.find('>')? + 1;
        let name_end = name_start + lower.get(name_start..)?.find("</at>")?;
        return Some(Tag { start, end: name_end + "</at>".len(), name: (name_start, name_end) });
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
        let mut rest = self.text.clone().unwrap_or_default();
        let bot_id = self.recipient.as_ref().map(|bot| bot.id.as_str());
        let bot_name = self.recipient.as_ref().and_then(|bot| bot.name.as_deref());
        let mut bot_found = false;
        for entity in &self.entities {
            if let Some((id, mention)) = entity.as_mention()
                && Some(id) == bot_id
                && !mention.is_empty()
                && rest.contains(mention)
            {
                rest = rest.replace(mention, " ");
                bot_found = true;
            }
        }
        let others = |name: &str| {
            self.entities.iter().filter_map(super::Entity::as_mention).any(|(id, mention)| {
                Some(id) != bot_id
                    && next_tag(mention, 0)
                        .is_some_and(|tag| mention.get(tag.name.0..tag.name.1) == Some(name))
            })
        };
        let mut plain = String::with_capacity(rest.len());
        let mut at = 0;
        while let Some(tag) = next_tag(&rest, at) {
            plain.push_str(&rest[at..tag.start]);
            let name = &rest[tag.name.0..tag.name.1];
            let leads = plain.trim().is_empty() && !bot_found && !others(name);
            if bot_name.is_some_and(|bot| bot.eq_ignore_ascii_case(name.trim())) || leads {
                plain.push(' ');
                bot_found = true;
            } else {
                plain.push_str(name);
            }
            at = tag.end;
        }
        plain.push_str(&rest[at..]);
        tidy(&plain)
    }
}

/// Trims, and reduces runs of blanks (no-break ones, which Teams puts around
/// mentions, included) to one; line breaks stay.
fn tidy(text: &str) -> String {
    let lines = text.split('\n').map(|line| {
        let blank = |c: char| c.is_whitespace() || c == '\u{a0}';
        line.split(blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    });
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests;
