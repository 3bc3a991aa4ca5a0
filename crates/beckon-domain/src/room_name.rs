//! The name of a room: `Service ¦ Customer`, at most 249 characters (product R1).
//!
//! Microsoft Graph allows 250 characters in a chat's topic and refuses the colon
//! (`facts/graph-twilio-manifest.md` §1.3). The unit of that limit is not stated, so Beckon counts
//! UTF-16 code units, the larger of the candidates, and stays at the product's 249.

use unicode_segmentation::UnicodeSegmentation;

use crate::text::one_line;

/// The longest room name, in UTF-16 code units.
pub const MAX_UNITS: usize = 249;
/// The longest service part, in UTF-16 code units: a long service may not eat the customer's name.
pub const MAX_SERVICE_UNITS: usize = 180;

const SEPARATOR: &str = " \u{a6} ";
const NOBODY: &str = "Customer";

/// Builds the name of a session's room.
///
/// `customer` falls back to `address`, then to `Customer`. A colon becomes U+A789; controls,
/// bidirectional marks and white space of any kind become one space; the ends are trimmed. The
/// service is cut to 180 units, then the whole to 249, on a grapheme border; where not even one
/// grapheme of a part fits, at a code point. A space left at the end by a cut goes.
///
/// ```
/// use beckon_domain::room_name;
/// assert_eq!(room_name("Support", "Ada: Lovelace\n", ""), "Support ¦ Ada\u{a789} Lovelace");
/// assert_eq!(room_name("Support", " ", "+41 79"), "Support ¦ +41 79");
/// ```
pub fn room_name(service: &str, customer: &str, address: &str) -> String {
    let customer = [customer, address]
        .into_iter()
        .map(clean)
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| NOBODY.to_owned());

    let mut name = cut(&clean(service), MAX_SERVICE_UNITS).to_owned();
    name.push_str(SEPARATOR);
    let left = MAX_UNITS - units(&name);
    name.push_str(cut(&customer, left));
    name.truncate(name.trim_end_matches(' ').len());
    name
}

/// One line without what Graph refuses.
fn clean(text: &str) -> String {
    one_line(text).replace(':', "\u{a789}")
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The longest prefix of whole graphemes within `limit` units; of whole code points where the
/// first grapheme alone is longer than that.
fn cut(text: &str, limit: usize) -> &str {
    if units(text) <= limit {
        return text;
    }
    let whole = prefix(text, text.graphemes(true), limit);
    let kept = if whole.is_empty() {
        prefix(text, text.split_inclusive(|_: char| true), limit)
    } else {
        whole
    };
    kept.trim_end_matches(' ')
}

fn prefix<'t>(text: &'t str, pieces: impl Iterator<Item = &'t str>, limit: usize) -> &'t str {
    let (mut end, mut used) = (0, 0);
    for piece in pieces {
        used += units(piece);
        if used > limit {
            break;
        }
        end += piece.len();
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;
    use crate::text::is_bidi_mark;

    #[derive(Deserialize)]
    struct Vector {
        service: String,
        customer: String,
        address: String,
        name: String,
    }

    #[test]
    fn every_vector_of_the_rule_holds() {
        let vectors: Vec<Vector> =
            serde_json::from_str(include_str!("../tests/data/room_names.json")).unwrap();
        assert_eq!(vectors.len(), 40);
        for v in vectors {
            assert_eq!(
                room_name(&v.service, &v.customer, &v.address),
                v.name,
                "{} / {}",
                v.service,
                v.customer
            );
        }
    }

    proptest! {
        #[test]
        fn graph_takes_any_name(service in "\\PC*|.{0,300}", customer in ".{0,300}", address in ".{0,40}") {
            let name = room_name(&service, &customer, &address);
            prop_assert!(units(&name) <= MAX_UNITS);
            prop_assert!(!name.contains(':'));
            prop_assert!(!name.chars().any(|c| c.is_control() || is_bidi_mark(c)));
            prop_assert!(!name.contains("  "));
            prop_assert_eq!(name.trim_end_matches(' '), name.as_str());
            prop_assert!(name.contains(SEPARATOR));
        }
    }
}
