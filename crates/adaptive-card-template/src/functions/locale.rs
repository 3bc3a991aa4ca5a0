//! How locales write numbers, and which texts are language tags.

/// How a locale writes numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) decimal: &'static str,
    pub(super) thousands: &'static str,
    /// Whether groups have two digits after the first three.
    pub(super) indian: bool,
    /// Whether digits are Eastern Arabic.
    pub(super) arabic: bool,
}

const ENGLISH: Style = style(".", ",");
const EUROPEAN: Style = style(",", ".");
const SPACED: Style = style(",", "\u{a0}");
const ARABIC: Style =
    Style { decimal: "\u{66b}", thousands: "\u{66c}", indian: false, arabic: true };

const fn style(decimal: &'static str, thousands: &'static str) -> Style {
    Style { decimal, thousands, indian: false, arabic: false }
}

/// The style of one of the 55 locales the engine knows, by its exact name;
/// every other locale writes as en-US does.
pub(super) fn number_style(locale: &str) -> Style {
    match locale {
        "en-IN" => Style { indian: true, ..ENGLISH },
        "de-CH" => style(",", "'"),
        "ar-MA" | "ar-DZ" | "ar-LY" | "ar-TN" | "ca-ES" | "de-DE" | "es-BO" | "es-ES" | "it-IT"
        | "mk-MK" | "nl-NL" | "pl-PL" | "pt-BR" => EUROPEAN,
        "cs-CZ" | "fi-FI" | "fr-CA" | "fr-FR" | "hu-HU" | "ru-RU" | "sv-SE" | "uk-UA" => SPACED,
        "ar-001" | "ar-AE" | "ar-BH" | "ar-DJ" | "ar-EG" | "ar-ER" | "ar-IL" | "ar-IQ"
        | "ar-JO" | "ar-KM" | "ar-KW" | "ar-LB" | "ar-MR" | "ar-OM" | "ar-PS" | "ar-QA"
        | "ar-SA" | "ar-SD" | "ar-SO" | "ar-SS" | "ar-SY" | "ar-TD" | "ar-YE" => ARABIC,
        _ => ENGLISH,
    }
}

/// Whether text is a well-formed Unicode locale identifier (UTS 35, section
/// 3.1): language, script, region, variants, extensions.
pub(super) fn is_well_formed(tag: &str) -> bool {
    let mut parts = tag.split('-').peekable();
    let alpha = |part: &str| part.bytes().all(|b| b.is_ascii_alphabetic());
    let alnum = |part: &str| part.bytes().all(|b| b.is_ascii_alphanumeric());
    let language = parts.next().unwrap_or("");
    if !alpha(language) || !matches!(language.len(), 2 | 3 | 5..=8) {
        return false;
    }
    parts.next_if(|part| part.len() == 4 && alpha(part));
    parts.next_if(|part| {
        (part.len() == 2 && alpha(part))
            || (part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit()))
    });
    let mut variants = Vec::new();
    while let Some(part) = parts.next_if(|part| {
        alnum(part)
            && (matches!(part.len(), 5..=8)
                || (part.len() == 4 && part.as_bytes()[0].is_ascii_digit()))
    }) {
        variants.push(part.to_ascii_lowercase());
    }
    let mut singletons = Vec::new();
    while let Some(single) = parts.next() {
        if single.len() != 1 || !alnum(single) {
            return false;
        }
        let private = single.eq_ignore_ascii_case("x");
        let mut subtags = 0;
        while parts
            .next_if(|part| {
                alnum(part) && (if private { 1..=8 } else { 2..=8 }).contains(&part.len())
            })
            .is_some()
        {
            subtags += 1;
        }
        if subtags == 0 || (private && parts.peek().is_some()) {
            return false;
        }
        singletons.push(single.to_ascii_lowercase());
    }
    all_different(&mut variants) && all_different(&mut singletons)
}

fn all_different(parts: &mut Vec<String>) -> bool {
    let count = parts.len();
    parts.sort_unstable();
    parts.dedup();
    parts.len() == count
}
