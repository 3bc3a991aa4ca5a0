//! Lists as sets.

use super::returns::ARRAY;
use super::{Check, Function, verify};
use crate::expr::Eval;
use crate::expr::fault::{Budget, Res};
use crate::value::{Val, compare};

/// One list or more.
const LISTS: Check = Check::Any(1, usize::MAX, ARRAY);

pub(super) static TABLE: &[Function] = &[
    Function::eager("union", ARRAY, LISTS, verify::list, union),
    Function::eager("intersection", ARRAY, LISTS, verify::list, intersection),
    Function::eager("unique", ARRAY, Check::Order(&[ARRAY], &[]), verify::list, union),
];

/// When two values are the same.
type Same = for<'v, 'a> fn(&'v Val<'a>, &'v Val<'a>, &mut Budget) -> Res<bool>;

fn contains(items: &[Val<'_>], item: &Val<'_>, same: Same, budget: &mut Budget) -> Res<bool> {
    for other in items {
        if same(other, item, budget)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn deduplicate<'a>(eval: &mut Eval<'a>, items: Vec<Val<'a>>) -> Res<Val<'a>> {
    let mut unique: Vec<Val<'a>> = Vec::new();
    for item in items {
        eval.budget.steps(1 + unique.len() / 8)?;
        if !contains(&unique, &item, compare::same_value, &mut eval.budget)? {
            unique.push(item);
        }
    }
    Ok(Val::list(unique))
}

fn union<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let all = args.iter().flat_map(|list| list.items().unwrap_or_default()).collect();
    deduplicate(eval, all)
}

fn intersection<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let mut common = args[0].items().unwrap_or_default();
    for list in args.iter() {
        let items = list.items().unwrap_or_default();
        eval.budget.steps(common.len().saturating_mul(1 + items.len() / 8))?;
        let mut kept = Vec::new();
        for item in common {
            if contains(&items, &item, compare::identical, &mut eval.budget)? {
                kept.push(item);
            }
        }
        common = kept;
    }
    deduplicate(eval, common)
}
