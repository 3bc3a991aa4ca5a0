//! URIs, as the WHATWG URL standard parses them.

use url::Url;

use super::returns::{NUMBER, STRING};
use super::{Function, UNARY, verify};
use crate::expr::Eval;
use crate::expr::fault::{Fault, Res};
use crate::value::Val;

pub(super) static TABLE: &[Function] = &[
    Function::eager("uriHost", STRING, UNARY, verify::string, host),
    Function::eager("uriPath", STRING, UNARY, verify::string, path),
    Function::eager("uriPathAndQuery", STRING, UNARY, verify::string, path_and_query),
    Function::eager("uriPort", NUMBER, UNARY, verify::string, port),
    Function::eager("uriQuery", STRING, UNARY, verify::string, query),
    Function::eager("uriScheme", STRING, UNARY, verify::string, scheme),
    Function::eager("uriComponent", STRING, UNARY, verify::string, encode),
    Function::eager("uriComponentToString", STRING, UNARY, verify::string, decode),
];

/// Hexadecimal digits.
const HEX: [&str; 16] =
    ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "A", "B", "C", "D", "E", "F"];

fn parse(args: &[Val<'_>]) -> Res<Url> {
    let text = args[0].as_str().unwrap_or("");
    Url::parse(text).map_err(|_| Fault::soft("an absolute URI"))
}

/// The query with its question mark; nothing where it is empty.
fn search(url: &Url) -> String {
    url.query().filter(|query| !query.is_empty()).map_or(String::new(), |query| format!("?{query}"))
}

fn host<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(Val::text(parse(args)?.host_str().unwrap_or("")))
}

fn path<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(Val::text(parse(args)?.path()))
}

fn path_and_query<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let url = parse(args)?;
    Ok(Val::text(format!("{}{}", url.path(), search(&url))))
}

/// NaN, shown as null, where the port is the scheme's own.
fn port<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(Val::Num(parse(args)?.port().map_or(f64::NAN, f64::from)))
}

fn query<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(Val::text(search(&parse(args)?)))
}

fn scheme<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(Val::text(parse(args)?.scheme()))
}

#[expect(clippy::unnecessary_wraps, reason = "all functions have one signature")]
fn encode<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let text = args[0].as_str().unwrap_or("");
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.extend(["%", HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        }
    }
    Ok(Val::text(out))
}

fn decode<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let wrong = || Fault::soft("well-formed percent encoding");
    let text = args[0].as_str().unwrap_or("").as_bytes();
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        if byte != b'%' {
            out.push(byte);
            at += 1;
            continue;
        }
        let digit = |index: usize| text.get(index).and_then(|b| char::from(*b).to_digit(16));
        let (Some(high), Some(low)) = (digit(at + 1), digit(at + 2)) else {
            return Err(wrong());
        };
        out.push((high * 16 + low) as u8);
        at += 3;
    }
    String::from_utf8(out).map(Val::text).map_err(|_| wrong())
}
