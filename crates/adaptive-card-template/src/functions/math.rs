//! Arithmetic.
#![expect(clippy::unnecessary_wraps, reason = "all functions have one signature")]

use super::returns::{ARRAY, NUMBER, OBJECT, STRING};
use super::{AT_LEAST_ONE, Check, Function, UNARY, UNARY_NUMBER, Verify, verify};
use crate::expr::Eval;
use crate::expr::fault::{Fault, Leaves, Res};
use crate::syntax::Id;
use crate::value::{Val, json, number};

/// Two numbers or more.
const NUMBERS: Check = Check::Any(2, usize::MAX, NUMBER);
/// Two numbers.
const TWO_NUMBERS: Check = Check::Any(2, 2, NUMBER);
/// What `+` takes.
const ADDENDS: Check = Check::Any(2, usize::MAX, STRING | NUMBER);
/// What checks the operands of most operators.
const PLAIN: Verify = verify::number;
/// What checks the operands of `^`: lists pass, and mostly give NaN.
const BASES: Verify = verify::number_or_numbers;

pub(super) static TABLE: &[Function] = &[
    Function::eager("+", STRING | NUMBER, ADDENDS, verify::addend, add),
    Function::eager("add", STRING | NUMBER, ADDENDS, verify::addend, add).printed_as("+"),
    Function::eager("-", NUMBER, NUMBERS, PLAIN, subtract),
    Function::eager("sub", NUMBER, NUMBERS, PLAIN, subtract).printed_as("-"),
    Function::eager("*", NUMBER, NUMBERS, PLAIN, multiply),
    Function::eager("mul", NUMBER, NUMBERS, PLAIN, multiply).printed_as("*"),
    Function::eager("/", NUMBER, NUMBERS, verify::divisor, divide),
    Function::eager("div", NUMBER, NUMBERS, verify::divisor, divide).printed_as("/"),
    Function::eager("%", NUMBER, TWO_NUMBERS, verify::integer, modulo),
    Function::eager("mod", NUMBER, TWO_NUMBERS, verify::integer, modulo).printed_as("%"),
    Function::eager("^", NUMBER, NUMBERS, BASES, power),
    Function::eager("exp", NUMBER, NUMBERS, BASES, power).printed_as("^"),
    Function::eager("abs", NUMBER, UNARY_NUMBER, PLAIN, abs),
    Function::eager("ceiling", NUMBER, UNARY_NUMBER, PLAIN, ceiling),
    Function::eager("floor", NUMBER, UNARY_NUMBER, PLAIN, floor),
    Function::eager("sqrt", NUMBER, UNARY_NUMBER, PLAIN, sqrt),
    Function::eager("round", NUMBER, Check::Any(1, 2, NUMBER), PLAIN, round),
];

pub(super) static AGGREGATES: &[Function] = &[
    Function::eager("sum", NUMBER, Check::Order(&[ARRAY], &[]), verify::numbers, sum),
    Function::eager("average", NUMBER, UNARY, verify::numbers, average),
    Function::eager("max", NUMBER, AT_LEAST_ONE, verify::number_or_numbers, max),
    Function::eager("min", NUMBER, AT_LEAST_ONE, verify::number_or_numbers, min),
    Function::eager("range", ARRAY, TWO_NUMBERS, verify::integer, range),
    Function::lazy("rand", NUMBER, TWO_NUMBERS, rand),
    Function::eager(
        "createArray",
        ARRAY,
        Check::Any(0, usize::MAX, OBJECT),
        verify::nothing,
        create_array,
    ),
];

fn at(args: &[Val<'_>], index: usize) -> f64 {
    args.get(index).and_then(Val::as_number).unwrap_or(f64::NAN)
}

fn fold<'a>(args: &[Val<'a>], apply: impl Fn(f64, f64) -> f64) -> Val<'a> {
    Val::Num((1..args.len()).fold(at(args, 0), |sum, index| apply(sum, at(args, index))))
}

/// Numbers add up, anything else is joined as text; undefined is empty there.
fn add<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let mut sum = args[0].clone();
    for next in &args[1..] {
        sum = match (&sum, next) {
            (Val::Num(a), Val::Num(b)) if !a.is_nan() => Val::Num(a + b),
            (Val::Num(a), Val::Undefined) if !a.is_nan() => return Err(null_sum()),
            (Val::Undefined, Val::Num(_)) => return Err(null_sum()),
            (a, b) => {
                let mut text = String::new();
                for side in [a, b] {
                    if !side.is_nothing() {
                        text.push_str(&json::coerce(side, &mut eval.budget)?);
                    }
                }
                eval.budget.output(text.len())?;
                Val::text(text)
            }
        };
    }
    Ok(sum)
}

fn null_sum() -> Fault {
    Fault::soft("two numbers, or text")
}

fn subtract<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(fold(args, |a, b| a - b))
}

fn multiply<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(fold(args, |a, b| a * b))
}

/// Whole numbers divide to a whole number, rounded down.
fn divide<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let whole = number::is_whole;
    Ok(fold(args, |a, b| if whole(a) && whole(b) { (a / b).floor() } else { a / b }))
}

fn modulo<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    if at(args, 1) == 0.0 {
        return Err(Fault::soft("a divisor other than 0"));
    }
    Ok(Val::Num(at(args, 0) % at(args, 1)))
}

/// A list counts as the number that its text is.
fn power<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let mut numbers = Vec::with_capacity(args.len());
    for arg in args.iter() {
        numbers.push(match arg {
            Val::Num(number) => *number,
            list => number::from_text(&json::coerce(list, &mut eval.budget)?),
        });
    }
    let result = numbers.into_iter().reduce(number::power).unwrap_or(f64::NAN);
    Ok(Val::Num(result))
}

fn abs<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(Val::Num(at(args, 0).abs()))
}

fn ceiling<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(Val::Num(at(args, 0).ceil()))
}

fn floor<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(Val::Num(at(args, 0).floor()))
}

fn sqrt<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    if at(args, 0) < 0.0 {
        return Err(Fault::soft("a number that is not negative"));
    }
    Ok(Val::Num(at(args, 0).sqrt()))
}

fn round<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let digits = match args.get(1) {
        None => 0.0,
        Some(digits) => {
            digits.as_integer().ok_or_else(|| Fault::soft("a whole number of digits"))?
        }
    };
    if !(0.0..=15.0).contains(&digits) {
        return Err(Fault::soft("0 to 15 digits"));
    }
    Ok(Val::Num(number::round_to(at(args, 0), digits)))
}

fn numbers(list: &Val<'_>) -> Vec<f64> {
    list.items().unwrap_or_default().iter().filter_map(Val::as_number).collect()
}

fn sum<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let sum = numbers(&args[0]).into_iter().reduce(|a, b| a + b);
    sum.map(Val::Num).ok_or_else(|| Fault::soft("a list that is not empty"))
}

fn average<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let numbers = numbers(&args[0]);
    let count = numbers.len() as f64;
    let sum = numbers.into_iter().reduce(|a, b| a + b);
    sum.map(|sum| Val::Num(sum / count)).ok_or_else(|| Fault::soft("a list that is not empty"))
}

/// All numbers of all arguments, lists or not.
fn extreme<'a>(args: &[Val<'a>], start: f64, pick: fn(f64, f64) -> f64) -> Val<'a> {
    let all = args.iter().flat_map(|arg| match arg {
        Val::Num(number) => vec![*number],
        list => numbers(list),
    });
    Val::Num(all.fold(start, pick))
}

fn max<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(extreme(args, f64::NEG_INFINITY, f64::max))
}

fn min<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(extreme(args, f64::INFINITY, f64::min))
}

fn range<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let (start, count) = (at(args, 0), at(args, 1));
    if count <= 0.0 || count > f64::from(u32::MAX) {
        let fault = Fault::soft("a positive number of items");
        return Err(if count == 0.0 { fault.leaving(Leaves::Something) } else { fault });
    }
    eval.budget.steps(count as usize)?;
    Ok(Val::list((0..count as u32).map(|i| Val::Num(start + f64::from(i))).collect()))
}

/// A whole number from the first up to, not including, the second. Data may
/// fix the outcome at `Conversation.TestOptions.randomValue`.
fn rand<'a>(eval: &mut Eval<'a>, args: &'a [Id], substitute: bool) -> Res<Val<'a>> {
    let mut bounds = [0.0; 2];
    for (bound, id) in bounds.iter_mut().zip(args) {
        let value = eval.child(*id, substitute)?;
        *bound = value.as_integer().ok_or_else(|| Fault::soft("a whole number"))?;
    }
    let [low, high] = bounds;
    if low > high {
        return Err(Fault::soft("a lower bound below the upper one"));
    }
    let fixed = eval.text_path("Conversation.TestOptions.randomValue", false)?;
    if let Some(fixed) = fixed.as_number() {
        return Ok(Val::Num(low + fixed % (high - low)));
    }
    // The upper 53 bits make an even fraction below 1.
    let fraction = (eval.context.randomness.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
    Ok(Val::Num((low + fraction * (high - low)).floor()))
}

fn create_array<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(Val::list(args.to_vec()))
}
