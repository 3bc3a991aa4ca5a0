//! Sorting, with the order of comparisons that V8 makes: a comparison that is
//! no proper order, as between text and numbers, then gives the same list.

use std::cmp::Ordering;

use super::returns::{ARRAY, STRING};
use super::{Check, Function};
use crate::expr::Eval;
use crate::expr::fault::{Fault, Leaves, Reach, Res};
use crate::syntax::Id;
use crate::value::{Text, Val, compare, json, text};

/// A list and the name of a property.
const LIST_AND_KEY: Check = Check::Order(&[ARRAY], &[STRING]);

pub(super) static TABLE: &[Function] = &[
    Function::lazy("sortBy", ARRAY, LIST_AND_KEY, ascending),
    Function::lazy("sortByDescending", ARRAY, LIST_AND_KEY, descending),
];

fn ascending<'a>(eval: &mut Eval<'a>, args: &'a [Id], substitute: bool) -> Res<Val<'a>> {
    sorted(eval, args, substitute).map(Val::list)
}

/// Ascending, turned around.
fn descending<'a>(eval: &mut Eval<'a>, args: &'a [Id], substitute: bool) -> Res<Val<'a>> {
    let mut items = sorted(eval, args, substitute)?;
    items.reverse();
    Ok(Val::list(items))
}

fn sorted<'a>(eval: &mut Eval<'a>, args: &'a [Id], substitute: bool) -> Res<Vec<Val<'a>>> {
    let items = eval.child(args[0], substitute)?.items();
    let items = items.ok_or_else(|| Fault::soft("a list"))?;
    let many = items.iter().filter(|item| !matches!(item, Val::Undefined)).count() > 1;
    let key = match args.get(1).map(|id| eval.child(*id, substitute)) {
        None => None,
        Some(Ok(key)) if key.is_truthy() => Some(json::coerce(&key, &mut eval.budget)?),
        Some(Ok(_)) => Some(Text::Borrowed("")),
        // The list is sorted all the same, which null among the items prevents.
        Some(Err(fault)) if fault.reach == Reach::Soft => {
            let throws = many && items.iter().any(|item| matches!(item, Val::Null));
            let reach = if throws { Reach::Throw } else { Reach::Soft };
            return Err(fault.reaching(reach).leaving(Leaves::Something));
        }
        Some(Err(fault)) => return Err(fault),
    };
    // Undefined goes last, whatever it is compared by.
    let (missing, present): (Vec<_>, Vec<_>) =
        items.into_iter().partition(|item| matches!(item, Val::Undefined));
    let mut entries = Vec::with_capacity(present.len());
    for item in present {
        eval.budget.steps(1)?;
        let by = match &key {
            None => Val::Str(json::coerce(&item, &mut eval.budget)?),
            Some(_) if item.is_nothing() && many => {
                return Err(Fault::throw("items that are not null"));
            }
            Some(key) => {
                eval.budget.text(item.as_str().map_or(0, str::len))?;
                sort_key(&item, key)
            }
        };
        entries.push((by, item));
    }
    let entries = merge_sort(eval, entries)?;
    Ok(entries.into_iter().map(|(_, item)| item).chain(missing).collect())
}

fn sort_key<'a>(item: &Val<'a>, key: &str) -> Val<'a> {
    match item {
        Val::Str(subject) if key == "length" => Val::Num(text::length(subject) as f64),
        list if key == "length" && list.is_list() => Val::Num(list.list_len().unwrap_or(0) as f64),
        other => other.own_field(key).unwrap_or(Val::Undefined),
    }
}

type Entry<'a> = (Val<'a>, Val<'a>);

/// Below this length a list is sorted by binary insertion.
const INSERTION: usize = 64;

fn merge_sort<'a>(eval: &mut Eval<'a>, mut entries: Vec<Entry<'a>>) -> Res<Vec<Entry<'a>>> {
    if entries.len() < INSERTION {
        return insertion_sort(eval, entries);
    }
    let right = entries.split_off(entries.len() / 2);
    let mut left = merge_sort(eval, entries)?.into_iter().peekable();
    let mut right = merge_sort(eval, right)?.into_iter().peekable();
    let mut merged = Vec::with_capacity(left.len() + right.len());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let take_right = less(eval, &b.0, &a.0)?;
        merged.extend(if take_right { right.next() } else { left.next() });
    }
    merged.extend(left);
    merged.extend(right);
    Ok(merged)
}

fn insertion_sort<'a>(eval: &mut Eval<'a>, mut entries: Vec<Entry<'a>>) -> Res<Vec<Entry<'a>>> {
    let mut sorted = leading_run(eval, &mut entries)?;
    while sorted < entries.len() {
        let (mut low, mut high) = (0, sorted);
        while low < high {
            let middle = low + (high - low) / 2;
            if less(eval, &entries[sorted].0, &entries[middle].0)? {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        entries[low..=sorted].rotate_right(1);
        sorted += 1;
    }
    Ok(entries)
}

/// Length of the run the list starts with; one that falls is turned around.
fn leading_run<'a>(eval: &mut Eval<'a>, entries: &mut [Entry<'a>]) -> Res<usize> {
    if entries.len() < 2 {
        return Ok(entries.len());
    }
    let falls = less(eval, &entries[1].0, &entries[0].0)?;
    let mut end = 2;
    while end < entries.len() && less(eval, &entries[end].0, &entries[end - 1].0)? == falls {
        end += 1;
    }
    if falls {
        entries[..end].reverse();
    }
    Ok(end)
}

fn less<'a>(eval: &mut Eval<'a>, a: &Val<'a>, b: &Val<'a>) -> Res<bool> {
    eval.budget.steps(1)?;
    Ok(compare::order(a, b, &mut eval.budget)? == Some(Ordering::Less))
}
