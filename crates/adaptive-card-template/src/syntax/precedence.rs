//! Which operator binds tighter than which.

/// Above every infix operator.
pub(super) const UNARY: u8 = 11;

/// How tight an infix operator binds. Equality stands above `&`, and that
/// above the other comparisons.
pub(super) fn binding_power(operator: &str) -> Option<u8> {
    Some(match operator {
        "^" => 10,
        "*" | "/" | "%" => 9,
        "+" | "-" => 8,
        "==" | "!=" | "<>" => 7,
        "&" => 6,
        "<" | "<=" | ">" | ">=" => 5,
        "&&" => 4,
        "||" => 3,
        "??" => 2,
        _ => return None,
    })
}
