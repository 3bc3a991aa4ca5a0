//! The largest card that a service can come to. What customers and agents bring is cut, or has a
//! limit; codes are what an administrator makes as many and as long of as they like.

use beckon_domain::face::{
    CardData, CodeList, Face, MAX_NAME, Parameter, WrapUpFacts, on_card_within,
};
use beckon_domain::ids::TenantId;
use beckon_domain::session::MAX_TEXT_CHARS;
use beckon_domain::wrap_up::{self, MAX_TAG_CHARS, MAX_TAGS, WrapUp};

use super::bind::MAX_VALUE;
use super::check::{MAX_BYTES, bytes};
use super::error::CardError;
use super::kind::Kind;
use super::look::{One, ServiceLook};
use super::samples::{Sample, samples};

/// What takes as much as a character can on a card: two UTF-16 units. What JSON writes with a
/// backslash takes as much.
const WIDEST: &str = "\u{1f600}";
/// Ids of codes have at most so many characters; one that was chosen may be in no list any more.
const MAX_ID: usize = 64;

/// Refuses a service whose codes make a card larger than Teams takes: it would not be shown at all,
/// and the agent could not say how the conversation ended.
///
/// # Errors
/// [`CardError::TooLarge`], or what is wrong with a template.
pub(super) fn fits(one: &One, tenant: TenantId, service: &ServiceLook) -> Result<(), CardError> {
    if service.wrap_up.codes.is_none() && service.wrap_up.codes2.is_none() {
        return Ok(());
    }
    let (size, card, language) = largest(one, service)?;
    if size <= MAX_BYTES {
        return Ok(());
    }
    Err(CardError::TooLarge {
        tenant,
        service: service.service.clone(),
        list: larger(&service.wrap_up, &language),
        card,
        language,
        bytes: size,
    })
}

/// How large the largest card is on which codes stand, which it is, and in which language.
fn largest(one: &One, service: &ServiceLook) -> Result<(usize, &'static str, String), CardError> {
    let mut largest = (0, "", String::new());
    let name = WIDEST.repeat(MAX_NAME);
    let after = [Kind::Face(Face::Terminated), Kind::Face(Face::Result), Kind::Control];
    for language in one.set().languages() {
        for sample in samples().filter(|it| it.hostile() && after.contains(&it.kind())) {
            let data = at_the_limit(of_service(sample, service, &language.name), WIDEST);
            let drawn = sample.draw_with(&data, &name, language, one.zone())?;
            let size = bytes(&drawn.card);
            if size > largest.0 {
                largest = (size, sample.kind().name(), language.name.clone());
            }
        }
    }
    Ok(largest)
}

/// The sample with what the service has in its place.
fn of_service(sample: Sample, service: &ServiceLook, language: &str) -> CardData {
    let mut data = sample.data();
    let rules = &service.wrap_up;
    data.wrap_up = data.wrap_up.map(|_| WrapUpFacts::of(rules));
    let shown = |label| Parameter { title: label, value: String::new() };
    let labels = service.parameters.iter().map(|parameter| parameter.label.clone());
    data.parameters = labels.map(shown).collect();
    if let Some(codes) = &mut data.codes {
        let open = codes.open;
        codes.lists = [&rules.codes, &rules.codes2].map(|list| {
            let list = list.as_ref()?;
            Some(CodeList::of(list, Some(longest_choice(list, open, language))))
        });
        codes.takes_tags = rules.tags;
        codes.tags.retain(|_| rules.tags);
    }
    data
}

/// What takes the most room once it is chosen: as long as others can be, the card has its id;
/// afterwards its label.
fn longest_choice(list: &wrap_up::CodeList, open: bool, language: &str) -> String {
    let longest = list.codes.iter().max_by_key(|code| code.label.in_language(language).len());
    match longest {
        Some(code) if !open => code.id.clone(),
        _ => "x".repeat(MAX_ID),
    }
}

/// The list that takes the more room.
fn larger(rules: &WrapUp, language: &str) -> &'static str {
    let size = |list: &Option<wrap_up::CodeList>| -> usize {
        let codes = list.iter().flat_map(|list| &list.codes);
        codes.map(|code| code.id.len() + code.label.in_language(language).len()).sum()
    };
    if size(&rules.codes2) > size(&rules.codes) { "codes2" } else { "codes" }
}

/// The card with every text that comes from outside at its limit, made of `piece`: values, names and
/// tags, a message, and the numbers that clicks bring back.
pub(super) fn at_the_limit(mut data: CardData, piece: &str) -> CardData {
    let of = |chars: usize| -> String { piece.chars().cycle().take(chars).collect() };
    (data.version, data.moment) = (u32::MAX, u64::MAX);
    for parameter in &mut data.parameters {
        // A value is longer; the card cuts it, and graphemes of many characters before that.
        parameter.value = of(MAX_VALUE * 8);
    }
    // As the domain cuts them.
    data.customer = on_card_within(&of(MAX_NAME * 8), MAX_NAME);
    data.service = on_card_within(&of(MAX_NAME * 8), MAX_NAME);
    data.preview = data.preview.map(|_| of(MAX_TEXT_CHARS));
    if let Some(room) = &mut data.room {
        room.name = of(beckon_domain::MAX_UNITS);
    }
    if let Some(codes) = &mut data.codes
        && !codes.tags.is_empty()
    {
        codes.tags = vec![of(MAX_TAG_CHARS); MAX_TAGS];
    }
    data
}
