//! Numbers as JavaScript reads and writes them.

use std::fmt::Write as _;

use serde_json::{Number, Value};

use super::text::trim_start;

/// Beyond this magnitude neighbouring doubles are more than 1 apart from every
/// `i64`, so the number is written as a double.
const I64_RANGE: f64 = 9_223_372_036_854_775_807.0;

/// Prints a number in JavaScript's shortest form (`1e+21`, `1e-7`).
pub(crate) fn print(number: f64) -> String {
    let mut out = String::new();
    print_into(number, &mut out);
    out
}

/// [`print()`], appended to text.
pub(crate) fn print_into(number: f64, out: &mut String) {
    if number.is_nan() {
        out.push_str("NaN");
    } else if number.is_infinite() {
        out.push_str(if number < 0.0 { "-Infinity" } else { "Infinity" });
    } else if number == 0.0 {
        out.push('0');
    } else if is_whole(number) && number.abs() < 1e15 {
        // Writing to a string cannot fail.
        let _ = write!(out, "{}", number as i64);
    } else {
        print_general(number, out);
    }
}

fn print_general(number: f64, out: &mut String) {
    if number < 0.0 {
        out.push('-');
    }
    let scientific = format!("{:e}", number.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits: String = mantissa.chars().filter(|c| *c != '.').collect();
    let point = exponent.parse::<i32>().unwrap_or(0) + 1;
    let count = digits.len() as i32;
    if (count..=21).contains(&point) {
        out.push_str(&digits);
        out.extend(std::iter::repeat_n('0', (point - count) as usize));
    } else if (1..=21).contains(&point) {
        let (whole, fraction) = digits.split_at(point as usize);
        out.push_str(whole);
        out.push('.');
        out.push_str(fraction);
    } else if (-5..=0).contains(&point) {
        out.push_str("0.");
        out.extend(std::iter::repeat_n('0', -point as usize));
        out.push_str(&digits);
    } else {
        let (first, rest) = digits.split_at(1);
        out.push_str(first);
        if !rest.is_empty() {
            out.push('.');
            out.push_str(rest);
        }
        let _ = write!(out, "e{}{}", if point > 0 { '+' } else { '-' }, (point - 1).abs());
    }
}

/// Whether a number is finite and has no fraction.
pub(crate) fn is_whole(number: f64) -> bool {
    number.fract() == 0.0
}

/// JavaScript's `===` of two numbers.
#[expect(clippy::float_cmp, reason = "the language compares exactly")]
pub(crate) fn same(left: f64, right: f64) -> bool {
    left == right
}

/// A number as JSON; NaN and the infinities become null, as they do in
/// `JSON.stringify`.
pub(crate) fn to_json(number: f64) -> Value {
    if is_whole(number) && number.abs() < I64_RANGE {
        return Value::Number(Number::from(number as i64));
    }
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}

/// Rounds half up, towards positive infinity.
pub(crate) fn round(number: f64) -> f64 {
    let floor = number.floor();
    if number - floor >= 0.5 { floor + 1.0 } else { floor }
}

/// Scales, rounds half up and scales back, which is what `round` and
/// `formatNumber` do.
pub(crate) fn round_to(number: f64, digits: f64) -> f64 {
    let scale = power_of_ten(digits);
    round(number * scale) / scale
}

/// Ten to a power, which for as many decimals as are ever asked for need not be
/// computed.
fn power_of_ten(exponent: f64) -> f64 {
    const POWERS: [f64; 7] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6];
    let known = POWERS.get(exponent as usize).filter(|_| is_whole(exponent) && exponent >= 0.0);
    known.copied().unwrap_or_else(|| power(10.0, exponent))
}

/// `Math.pow`: unlike IEEE 754, 1 to a power that is infinite or NaN is NaN.
pub(crate) fn power(base: f64, exponent: f64) -> f64 {
    if exponent.is_nan() || (base.abs() - 1.0 == 0.0 && exponent.is_infinite()) {
        return f64::NAN;
    }
    // V8 has the same algorithm; the platform's may differ in the last bit.
    libm::pow(base, exponent)
}

/// Text that is a canonical array index, such as `0` or `12` but not `012`.
pub(crate) fn array_index(text: &str) -> Option<u32> {
    let bytes = text.as_bytes();
    if bytes.is_empty() || bytes.len() > 10 || !bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    if bytes.len() > 1 && bytes[0] == b'0' {
        return None;
    }
    text.parse().ok().filter(|index| *index != u32::MAX)
}

/// `parseInt` with radix 10, or with the radix taken from a `0x` prefix when
/// `hex` is set.
pub(crate) fn parse_int(text: &str, hex: bool) -> Option<f64> {
    let text = trim_start(text);
    let (negative, rest) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let prefixed = hex && (rest.starts_with("0x") || rest.starts_with("0X"));
    let (radix, rest) = if prefixed { (16, &rest[2..]) } else { (10, rest) };
    let end = rest.find(|c: char| !c.is_digit(radix)).unwrap_or(rest.len());
    let digits = &rest[..end];
    if digits.is_empty() {
        return None;
    }
    let value = if radix == 10 {
        digits.parse().unwrap_or(f64::NAN)
    } else {
        digits.chars().fold(0.0, |sum, c| sum * 16.0 + f64::from(c.to_digit(16).unwrap_or(0)))
    };
    Some(if negative { -value } else { value })
}

/// `parseFloat`: the longest leading part that is a decimal number.
pub(crate) fn parse_float(text: &str) -> Option<f64> {
    let text = trim_start(text);
    let end = decimal_prefix(text)?;
    text[..end].parse().ok()
}

/// `Number(text)`: the whole text must be a number, blank text is 0.
pub(crate) fn from_text(text: &str) -> f64 {
    let text = super::text::trim(text);
    if text.is_empty() {
        return 0.0;
    }
    let radix = match text.get(..2) {
        Some("0x" | "0X") => 16,
        Some("0o" | "0O") => 8,
        Some("0b" | "0B") => 2,
        _ => 10,
    };
    if radix != 10 {
        let digits = &text[2..];
        if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
            return f64::NAN;
        }
        let scale = f64::from(radix);
        return digits
            .chars()
            .fold(0.0, |sum, c| sum * scale + f64::from(c.to_digit(radix).unwrap_or(0)));
    }
    match decimal_prefix(text) {
        Some(end) if end == text.len() => text.parse().unwrap_or(f64::NAN),
        _ => f64::NAN,
    }
}

/// Length of the leading decimal literal, in a form that Rust parses too.
fn decimal_prefix(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    if text[sign..].starts_with("Infinity") {
        return Some(sign + "Infinity".len());
    }
    let whole = digits(sign);
    let mut end = sign + whole;
    let mut any = whole > 0;
    if bytes.get(end) == Some(&b'.') {
        let fraction = digits(end + 1);
        if any || fraction > 0 {
            end += 1 + fraction;
            any = true;
        }
    }
    if !any {
        return None;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let exponent_sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + exponent_sign);
        if exponent > 0 {
            end += 1 + exponent_sign + exponent;
        }
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_print_in_the_shortest_form() {
        let cases = [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0 / 3.0, "0.3333333333333333"),
            (1e21, "1e+21"),
            (123_456_789_012_345_680_000.0, "123456789012345680000"),
            (1e-6, "0.000001"),
            (1.5e-7, "1.5e-7"),
            (-1234.5, "-1234.5"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::NEG_INFINITY, "-Infinity"),
        ];
        for (number, text) in cases {
            assert_eq!(print(number), text);
        }
    }

    #[test]
    fn rounding_goes_up_at_the_half() {
        let rounded = [2.5, -2.5, 1.4, -1.6, 0.499_999_999_999_999_94].map(|n| print(round(n)));
        assert_eq!(rounded, ["3", "-2", "1", "-2", "0"]);
    }

    #[test]
    fn known_powers_of_ten_are_the_computed_ones() {
        for exponent in [-3.0, -1.0, -0.5, -0.0, 0.0, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 6.5, 7.0] {
            let (known, computed) = (power_of_ten(exponent), power(10.0, exponent));
            assert_eq!(known.to_bits(), computed.to_bits(), "{exponent}");
        }
    }

    #[test]
    fn parsing_stops_where_the_number_does() {
        assert_eq!(parse_int(" -17px", false), Some(-17.0));
        assert_eq!(parse_int("0x1F", false), Some(0.0));
        assert_eq!(parse_int("0x1F", true), Some(31.0));
        assert_eq!(parse_int("x", true), None);
        assert_eq!(parse_float("-3.7x"), Some(-3.7));
        assert_eq!(parse_float("1e3e"), Some(1000.0));
        assert_eq!(parse_float("."), None);
        assert!(from_text("12x").is_nan());
        assert_eq!(print(from_text("  ")), "0");
    }

    #[test]
    fn whole_doubles_become_whole_json_numbers() {
        assert_eq!(to_json(-0.0).to_string(), "0");
        assert_eq!(to_json(9_007_199_254_740_993.0).to_string(), "9007199254740992");
        assert_eq!(to_json(f64::NAN), Value::Null);
    }
}
