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
