//! Functions of the JavaScript engine that cards have no use for: time
//! expressions of a natural-language library, XML and paths into it. A card
//! that calls one does not compile.

use super::returns::OBJECT;
use super::{Body, Check, Function};
use crate::expr::Eval;
use crate::expr::fault::{Fault, Res};
use crate::syntax::Id;
use crate::value::Val;

pub(super) static TABLE: &[Function] = &[
    unsupported("isPresent"),
    unsupported("isDuration"),
    unsupported("isTime"),
    unsupported("isDate"),
    unsupported("isTimeRange"),
    unsupported("isDateRange"),
    unsupported("isDefinite"),
    unsupported("resolve"),
    unsupported("getNextViableDate"),
    unsupported("getPreviousViableDate"),
    unsupported("getNextViableTime"),
    unsupported("getPreviousViableTime"),
    unsupported("jPath"),
    unsupported("xml"),
    unsupported("xPath"),
];

const fn unsupported(name: &'static str) -> Function {
    Function {
        name,
        symbol: name,
        returns: OBJECT,
        check: Check::Unsupported,
        body: Body::Lazy(fail),
    }
}

fn fail<'a>(_: &mut Eval<'a>, _: &'a [Id], _: bool) -> Res<Val<'a>> {
    Err(Fault::throw("a supported function"))
}
