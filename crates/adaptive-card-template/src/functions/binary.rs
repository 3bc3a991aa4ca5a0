//! Bytes and base64.
#![expect(clippy::unnecessary_wraps, reason = "all functions have one signature")]

use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::returns::{OBJECT, STRING};
use super::{Function, UNARY, verify};
use crate::expr::Eval;
use crate::expr::fault::Res;
use crate::value::Val;

pub(super) static TABLE: &[Function] = &[
    Function::eager("binary", OBJECT, UNARY, verify::string, binary),
    Function::eager("base64", STRING, UNARY, verify::nothing, base64),
    Function::eager("base64ToBinary", OBJECT, UNARY, verify::string, base64_to_binary),
    Function::eager("base64ToString", STRING, UNARY, verify::string, base64_to_string),
    Function::eager("dataUri", STRING, UNARY, verify::string, data_uri),
    Function::eager("dataUriToBinary", OBJECT, UNARY, verify::string, binary),
    Function::eager("dataUriToString", STRING, UNARY, verify::string, data_uri_to_string),
];

fn text<'v>(args: &'v [Val<'_>]) -> &'v str {
    args[0].as_str().unwrap_or("")
}

/// The text's UTF-8 bytes. `dataUriToBinary` does no more than that, either.
fn binary<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(Val::Bytes(Rc::new(text(args).as_bytes().to_vec())))
}

fn base64<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(match &args[0] {
        Val::Str(text) => Val::text(STANDARD.encode(text.as_bytes())),
        Val::Bytes(bytes) => {
            let text = String::from_utf8_lossy(bytes);
            // Decoding drops a byte order mark.
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
            Val::text(STANDARD.encode(text.as_bytes()))
        }
        _ => Val::Undefined,
    })
}

fn base64_to_binary<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(Val::Bytes(Rc::new(decode(text(args)).into_bytes())))
}

fn base64_to_string<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(Val::text(decode(text(args))))
}

fn data_uri<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let encoded = STANDARD.encode(text(args).as_bytes());
    Ok(Val::text(format!("data:text/plain;charset=utf-8;base64,{encoded}")))
}

fn data_uri_to_string<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let uri = text(args);
    Ok(Val::text(decode(uri.split_once(',').map_or(uri, |(_, data)| data))))
}

/// Decodes leniently, as Node.js does: both alphabets, anything else skipped,
/// up to the first `=`. Each byte becomes one character.
fn decode(text: &str) -> String {
    let mut out = String::new();
    let (mut bits, mut count) = (0_u32, 0);
    for c in text.chars().take_while(|c| *c != '=') {
        let value = match c {
            'A'..='Z' => c as u32 - 'A' as u32,
            'a'..='z' => c as u32 - 'a' as u32 + 26,
            '0'..='9' => c as u32 - '0' as u32 + 52,
            '+' | '-' => 62,
            '/' | '_' => 63,
            _ => continue,
        };
        bits = (bits << 6 | value) & 0xffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(char::from((bits >> count) as u8));
        }
    }
    out
}
