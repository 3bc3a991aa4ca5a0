//! How deep values built during evaluation may be nested.

use super::Val;
use crate::expr::fault::{Budget, Res};

/// Checks the depth of what functions built. Borrowed data ends the walk: it
/// is dropped by whoever owns it. Every item visited is paid for, because a
/// value that shares its parts can be far larger than what it takes up.
pub(crate) fn check(value: &Val<'_>, budget: &mut Budget, depth: u32) -> Res<()> {
    match value {
        Val::List(items) => {
            budget.check_depth(depth)?;
            budget.steps(items.len())?;
            items.iter().try_for_each(|item| check(item, budget, depth + 1))
        }
        Val::Map(fields) => {
            budget.check_depth(depth)?;
            budget.steps(fields.len())?;
            fields.values().try_for_each(|item| check(item, budget, depth + 1))
        }
        _ => Ok(()),
    }
}
