//! Numbers with grouped thousands: `formatNumber` and `string`.

use super::locale::{Style, number_style};
use super::returns::{NUMBER, OBJECT, STRING};
use super::{Check, Function, strings, verify};
use crate::expr::Eval;
use crate::expr::fault::{Fault, Leaves, Res};
use crate::value::{Val, number};

pub(super) static TABLE: &[Function] = &[
    Function::eager(
        "formatNumber",
        STRING,
        Check::Order(&[NUMBER, NUMBER], &[STRING]),
        verify::nothing,
        format_number,
    ),
    Function::eager(
        "string",
        STRING,
        Check::Order(&[OBJECT], &[STRING]),
        verify::nothing,
        to_string,
    ),
];

/// The minus sign that grouped numbers are written with.
const MINUS: char = '\u{2212}';
/// More decimals than this are not written.
const MAX_DECIMALS: usize = 20;

fn style(eval: &Eval<'_>, locale: Option<&Val<'_>>) -> Style {
    number_style(locale.and_then(Val::as_str).unwrap_or(eval.context.locale))
}

fn wrong(expected: &'static str) -> Fault {
    Fault::soft(expected).leaving(Leaves::Null)
}

fn format_number<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let value = args[0].as_number().ok_or_else(|| wrong("a number"))?;
    let decimals = args[1].as_number().ok_or_else(|| wrong("a number of decimals"))?;
    let rounded = number::round_to(value, decimals);
    // The precision becomes part of a format, which takes plain digits only.
    let printed = number::print(decimals);
    if !printed.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Fault::soft("a whole number of decimals"));
    }
    let decimals = printed.parse().unwrap_or(MAX_DECIMALS);
    Ok(Val::text(grouped(rounded, decimals, style(eval, args.get(2)))))
}

/// Numbers keep the decimals they print with; objects are JSON.
fn to_string<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(match &args[0] {
        Val::Str(_) => args[0].clone(),
        Val::Num(value) if !value.is_nan() => {
            let printed = number::print(*value);
            let decimals = printed.split_once('.').map_or(0, |(_, fraction)| fraction.len());
            Val::text(grouped(*value, decimals, style(eval, args.get(1))))
        }
        Val::Bytes(bytes) => {
            let text = String::from_utf8_lossy(bytes);
            Val::text(text.strip_prefix('\u{feff}').unwrap_or(&text))
        }
        other => Val::text(strings::printed(eval, other)?),
    })
}

/// Fixed notation with groups. What fixed notation cannot write, such as
/// `1e+21`, keeps everything after its leading digits.
fn grouped(value: f64, decimals: usize, style: Style) -> String {
    let fixed = fixed(value.abs(), decimals.min(MAX_DECIMALS));
    let whole_end = fixed.find(|c: char| !c.is_ascii_digit()).unwrap_or(fixed.len());
    let (whole, rest) = fixed.split_at(whole_end);
    let is_zero = fixed.bytes().all(|b| matches!(b, b'0' | b'.'));
    let mut out = String::with_capacity(2 * fixed.len());
    if value < 0.0 && !is_zero {
        out.push(MINUS);
    }
    push_groups(whole, style, &mut out);
    match rest.strip_prefix('.') {
        Some(fraction) => {
            out.push_str(style.decimal);
            out.push_str(fraction);
        }
        None => out.push_str(rest),
    }
    if style.arabic { out.chars().map(eastern).collect() } else { out }
}

fn eastern(c: char) -> char {
    c.to_digit(10).and_then(|digit| char::from_u32(0x660 + digit)).unwrap_or(c)
}

fn push_groups(digits: &str, style: Style, out: &mut String) {
    let count = digits.len();
    for (index, digit) in digits.chars().enumerate() {
        let left = count - index;
        if index > 0 && starts_group(left, style.indian) {
            out.push_str(style.thousands);
        }
        out.push(digit);
    }
}

/// Whether a group starts with so many digits left. Indian groups are one of
/// three and nine of two digits, and then the same again.
fn starts_group(left: usize, indian: bool) -> bool {
    if !indian {
        return left.is_multiple_of(3);
    }
    let within = left % (3 + 9 * 2);
    within == 0 || (within >= 3 && (within - 3).is_multiple_of(2))
}

/// `Number.prototype.toFixed` of a number that is not negative: exact, and
/// half goes up.
fn fixed(value: f64, decimals: usize) -> String {
    if value >= 1e21 || !value.is_finite() {
        return number::print(value);
    }
    // Where scaling gives a whole number, its digits are the answer: the error
    // of one multiplication is far less than half of the last of them.
    let scaled = value * 10_f64.powi(decimals as i32);
    if scaled.fract() == 0.0 && scaled < 9e15 {
        return with_point(scaled as u64, decimals);
    }
    let rounded = format!("{value:.decimals$}");
    // Rust rounds an exact half to even; only then can the two differ. Far from
    // a half there is nothing to find out.
    if (scaled.fract() - 0.5).abs() > 0.25 {
        return rounded;
    }
    let exact = format!("{value:.*}", decimals + 1);
    if !exact.ends_with('5') || exact.parse() != Ok(value) {
        return rounded;
    }
    let all = format!("{value:.1080}");
    let (kept, dropped) = all.split_at(all.len() - 1080 + decimals);
    let is_half = dropped.starts_with('5') && dropped[1..].bytes().all(|b| b == b'0');
    if !is_half {
        return rounded;
    }
    round_up(kept.trim_end_matches('.'))
}

/// Digits with a point before the last few of them.
fn with_point(digits: u64, decimals: usize) -> String {
    let mut out = format!("{digits:0width$}", width = decimals + 1);
    if decimals > 0 {
        out.insert(out.len() - decimals, '.');
    }
    out
}

/// Adds one to the last digit.
fn round_up(digits: &str) -> String {
    let mut out: Vec<u8> = digits.bytes().collect();
    for digit in out.iter_mut().rev() {
        match digit {
            b'9' => *digit = b'0',
            b'.' => {}
            _ => {
                *digit += 1;
                return String::from_utf8(out).unwrap_or_default();
            }
        }
    }
    format!("1{}", String::from_utf8(out).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_notation_rounds_an_exact_half_up() {
        let cases = [
            (0.5, 0, "1"),
            (2.5, 0, "3"),
            (1.005, 2, "1.00"),
            (0.125, 2, "0.13"),
            (9.5, 0, "10"),
            (99.5, 0, "100"),
            (1e21, 2, "1e+21"),
        ];
        for (value, decimals, text) in cases {
            assert_eq!(fixed(value, decimals), text);
        }
    }

    #[test]
    fn thousands_are_grouped_as_the_locale_does() {
        for (locale, text) in [
            ("en-US", "−1,234,567.80"),
            ("de-CH", "−1'234'567,80"),
            ("en-IN", "−12,34,567.80"),
            ("ar-EG", "−١٬٢٣٤٬٥٦٧٫٨٠"),
            ("unknown", "−1,234,567.80"),
        ] {
            assert_eq!(grouped(-1_234_567.8, 2, number_style(locale)), text);
        }
        assert_eq!(grouped(-0.001, 2, number_style("en-US")), "0.00");
    }
}
