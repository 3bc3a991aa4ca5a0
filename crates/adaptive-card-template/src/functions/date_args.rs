//! What functions on dates have in common.

use std::borrow::Cow;

use super::Check;
use super::returns::{NUMBER, STRING};
use super::strings::or_empty;
use crate::date::{self, Civil};
use crate::expr::fault::{Fault, Res};
use crate::value::Val;

/// Format and locale, both optional.
pub(super) const FORMAT: &[u8] = &[STRING, STRING];
/// A date, a format and a locale.
pub(super) const DATE: Check = Check::Order(&[STRING], FORMAT);
/// A date, a number, a format and a locale.
pub(super) const DATE_AND_NUMBER: Check = Check::Order(&[STRING, NUMBER], FORMAT);
/// What is printed unless a format says otherwise.
const DEFAULT: &str = "YYYY-MM-DDTHH:mm:ss.SSS[Z]";

/// The date in an argument, which must be written as `toISOString` writes it.
pub(super) fn iso(args: &[Val<'_>], index: usize) -> Res<i64> {
    date::parse_iso(or_empty(args, index))
        .ok_or_else(|| Fault::soft("a date such as 2024-03-05T09:07:03.000Z"))
}

/// The year that the library takes a number for, when it makes a date anew: one
/// of two digits is of the 1900s.
pub(super) fn full_year(year: i64) -> i64 {
    if (0..100).contains(&year) { year + 1900 } else { year }
}

/// The format that the arguments ask for, in tokens; `most` is how many
/// arguments there are with a locale. The locale itself changes nothing, but
/// it must not be empty.
pub(super) fn format_of<'v>(
    args: &'v [Val<'_>],
    most: usize,
    default: &'static str,
) -> Res<Cow<'v, str>> {
    let given = match args.len() {
        count if count == most => match (&args[most - 2], &args[most - 1]) {
            (Val::Str(_), Val::Str(locale)) if locale.is_empty() => {
                return Err(Fault::soft("a locale"));
            }
            (Val::Str(format), Val::Str(_)) => Some(format),
            _ => None,
        },
        count if count + 1 == most => match args.last() {
            Some(Val::Str(format)) => Some(format),
            _ => None,
        },
        _ => None,
    };
    Ok(match given {
        None => Cow::Borrowed(default),
        Some(format) if format.is_empty() => Cow::Borrowed(DEFAULT),
        Some(format) => date::to_tokens(format).map_or(Cow::Borrowed(&**format), Cow::Owned),
    })
}

/// Prints a date in UTC, after the format that the arguments ask for.
pub(super) fn print<'a>(millis: Option<i64>, args: &[Val<'a>], most: usize) -> Res<Val<'a>> {
    let format = format_of(args, most, DEFAULT)?;
    Ok(Val::text(match millis {
        None => date::INVALID.to_owned(),
        Some(millis) => {
            // An empty format falls back to the library's own default.
            let format = if format.is_empty() { "YYYY-MM-DDTHH:mm:ss[Z]" } else { &format };
            date::format(Civil::new(millis), 0, format)
        }
    }))
}
