//! Dates: from one time zone to another.

use super::date_args::{FORMAT, format_of, iso, print};
use super::returns::STRING;
use super::strings::or_empty;
use super::{Check, Function, verify};
use crate::date::{self, Civil};
use crate::expr::Eval;
use crate::expr::fault::{Fault, Res};
use crate::value::Val;

/// A date, a zone, a format and a locale.
const DATE_AND_ZONE: Check = Check::Order(&[STRING, STRING], FORMAT);
/// What `convertFromUTC` prints unless a format says otherwise: no zone, and
/// seven digits of a second.
const WITHOUT_ZONE: &str = "YYYY-MM-DDTHH:mm:ss.SSS0000";

pub(super) static TABLE: &[Function] = &[
    Function::eager("convertFromUTC", STRING, DATE_AND_ZONE, verify::nothing, from_utc),
    Function::eager("convertToUTC", STRING, DATE_AND_ZONE, verify::nothing, to_utc),
];

fn zone(args: &[Val<'_>]) -> Res<jiff::tz::TimeZone> {
    match (&args[0], &args[1]) {
        (Val::Str(_), Val::Str(name)) => {
            date::find_zone(name).ok_or_else(|| Fault::soft("a known time zone"))
        }
        _ => Err(Fault::soft("a date and a time zone")),
    }
}

fn from_utc<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let zone = zone(args)?;
    let millis = iso(args, 0)?;
    let local = Civil::new(millis + date::offset_seconds(&zone, millis) * 1000);
    let offset = match date::observed_offset(&zone, millis) {
        // Such small offsets are taken for hours.
        small @ -960..=960 => small * 60,
        offset => offset,
    };
    let local = if offset == 0 { local } else { reread(local) };
    let format = format_of(args, 4, WITHOUT_ZONE)?;
    let format = match (format.is_empty(), offset) {
        (false, _) => &*format,
        (true, 0) => "YYYY-MM-DDTHH:mm:ss[Z]",
        (true, _) => "YYYY-MM-DDTHH:mm:ssZ",
    };
    Ok(Val::text(date::format(local, offset, format)))
}

/// The library writes a local time out and reads it again. Years before the
/// first lose their sign, and years of two digits are of our days.
fn reread(local: Civil) -> Civil {
    let year = if local.year > 0 { local.year } else { 1 - local.year };
    let year = match year {
        0..=49 => year + 2000,
        50..=99 => year + 1900,
        year if year == local.year => return local,
        year => year,
    };
    let millis = date::make_time(
        [year, local.month, local.day],
        [local.hour, local.minute, local.second, local.millis],
    );
    millis.map_or(local, Civil::new)
}

/// Takes any date that the library can read. Milliseconds are lost, and so is
/// a time whose offset has seconds or whose year has not three or four digits.
fn to_utc<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let zone = zone(args)?;
    let local = date::parse_lenient(or_empty(args, 0)).ok_or_else(|| Fault::soft("a date"))?;
    let now = eval.context.clock.now_millis();
    let (millis, offset) = date::resolve_local(&zone, local, now);
    if date::clip(millis as f64).is_none() {
        return Err(Fault::soft("a date within range"));
    }
    let whole = millis.div_euclid(1000) * 1000;
    // An offset of seconds cannot be printed, unless it is so small that it is
    // taken for hours.
    let whole_minutes = offset % 60 == 0 || offset.abs() <= 960;
    let printable = whole_minutes && (100..=9999).contains(&Civil::new(local).year);
    print(printable.then_some(whole), args, 4)
}
