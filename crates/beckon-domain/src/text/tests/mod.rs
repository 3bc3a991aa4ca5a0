//! What people write, read and written.

mod arbitrary;
mod hostile;
mod markdown;
mod plain;
mod properties;
mod split;
mod teams;
mod typed;
mod written;

use super::*;

#[test]
fn foreign_text_stays_one_harmless_line() {
    assert_eq!(one_line(" a\r\n\u{202e}b\u{0} "), "a b");
    assert_eq!(on_card("[pay here](https://x)"), "[pay here]\u{2060}(https://x)");
}

#[test]
fn a_name_that_nobody_can_see_is_none() {
    for unseen in ["\u{200b}", "\u{feff}\u{200d}", "\u{3164} \u{2060}", "\u{ad}\u{e0020}\u{fe0f}"] {
        assert_eq!(one_line(unseen), "", "{unseen:?}");
    }
    // What Persian and emoji are made of stays.
    assert_eq!(one_line("می\u{200c}خواهم 👩\u{200d}🚀"), "می\u{200c}خواهم 👩\u{200d}🚀");
}

#[test]
fn a_name_on_a_card_is_no_time_of_day() {
    let name = on_card("{{DATE(2026-01-01T00:00:00Z, SHORT)}}");
    assert!(!name.contains("{{"), "{name}");
    assert_eq!(name.replace('\u{2060}', ""), "{{DATE(2026-01-01T00:00:00Z, SHORT)}}");
    assert_eq!(on_card(&name), name);
    assert_eq!(on_card(&on_card("[a](b")), on_card("[a](b"));
    assert!(!on_card("{{{{{TIME(x)}}").contains("{{"));
}
