//! Member access and indexing.

use super::eval::Eval;
use super::fault::{Fault, Reach, Res};
use super::scope::{property, walk};
use crate::syntax::ast::split_path;
use crate::syntax::{Expr, Id, PathExpr};
use crate::value::{Val, json, number, text};

impl<'a> Eval<'a> {
    /// A chain of plain names.
    pub(super) fn path(&mut self, path: &'a PathExpr, substitute: bool) -> Res<Val<'a>> {
        let value = self.lookup(&path.text, &path.parts)?;
        self.or_missing(value, &path.text, substitute)
    }

    /// A path given as text, looked up as if it stood in the template.
    pub(crate) fn text_path(&mut self, path: &str, substitute: bool) -> Res<Val<'a>> {
        self.budget.text(path.len())?;
        let parts: Vec<&str> = split_path(path).collect();
        let value = if parts.is_empty() { Val::Undefined } else { self.lookup(path, &parts)? };
        self.or_missing(value, path, substitute)
    }

    /// A path given as text, looked up in a value.
    pub(crate) fn text_path_in(
        &mut self,
        value: Val<'a>,
        path: &str,
        substitute: bool,
    ) -> Res<Val<'a>> {
        self.budget.text(path.len())?;
        let parts: Vec<&str> = split_path(path).collect();
        let value =
            if parts.is_empty() { Val::Undefined } else { walk(value, &parts, &mut self.budget)? };
        self.or_missing(value, path, substitute)
    }

    /// Names of lambdas come before everything else, but only where the whole
    /// path leads somewhere.
    #[inline]
    fn lookup<P: AsRef<str>>(&mut self, path: &str, parts: &[P]) -> Res<Val<'a>> {
        if let Some((first, rest)) = parts.split_first() {
            for (name, value) in self.locals.iter().rev() {
                if text::same_ignoring_case(name, first.as_ref()) {
                    let found = walk(value.clone(), rest, &mut self.budget)?;
                    if !matches!(found, Val::Undefined) {
                        return Ok(found);
                    }
                }
            }
        }
        self.scope.resolve(path, parts, &mut self.budget)
    }

    /// What a path that leads to nothing gives: text where substitution is on.
    #[inline]
    fn or_missing(&mut self, value: Val<'a>, path: &str, substitute: bool) -> Res<Val<'a>> {
        if !substitute || !matches!(value, Val::Undefined) {
            return Ok(value);
        }
        if self.strict {
            return Err(Fault::strict(format!("data at {path}")));
        }
        self.budget.output(path.len() + 3)?;
        let text = self.context.missing_text(path);
        Ok(Val::text(text))
    }

    /// A name looked up in something that is no plain path. The names and
    /// indices up to the next other node are flattened to one path first.
    pub(super) fn member(&mut self, id: Id, substitute: bool) -> Res<Val<'a>> {
        let mut steps = Vec::new();
        let mut left = Some(id);
        while let Some(node) = left {
            left = match self.arena.get(node) {
                Expr::Member { name, of } => {
                    steps.push(name.to_string());
                    Some(*of)
                }
                Expr::Path(path) => {
                    steps.push(path.text.to_string());
                    None
                }
                Expr::Index { of, at } => {
                    steps.push(self.index_step(*at, substitute)?);
                    Some(*of)
                }
                _ => break,
            };
        }
        steps.reverse();
        let path = steps.join(".").replace(".[", "[");
        self.budget.output(path.len())?;
        match left {
            None => self.text_path(&path, substitute),
            Some(node) => {
                let value = self.child(node, substitute)?;
                self.text_path_in(value, &path, substitute)
            }
        }
    }

    fn index_step(&mut self, at: Id, substitute: bool) -> Res<String> {
        let index = self.child(at, substitute)?;
        let text = json::coerce(&index, &mut self.budget)?;
        if number::parse_int(&text, true).is_some() {
            Ok(format!("[{text}]"))
        } else if index.as_str().is_some() {
            Ok(format!("['{text}']"))
        } else {
            Err(Fault::soft("a whole number or text as index"))
        }
    }

    /// `of[at]`. If an operand fails, the engine forgets to return anything.
    pub(super) fn index(&mut self, of: Id, at: Id, substitute: bool) -> Res<Val<'a>> {
        let lost = |fault: Fault| match fault.reach {
            Reach::Soft => fault.reaching(Reach::NoResult),
            _ => fault,
        };
        let value = self.child(of, substitute).map_err(lost)?;
        let index = self.child(at, false).map_err(lost)?;
        if let Some(index) = index.as_integer() {
            return item(&value, index);
        }
        match index {
            Val::Str(name) => property(&value, &name, &mut self.budget),
            _ => Err(Fault::soft("a whole number or text as index")),
        }
    }
}

fn item<'a>(list: &Val<'a>, index: f64) -> Res<Val<'a>> {
    if list.is_nothing() {
        return Ok(Val::Undefined);
    }
    let Some(count) = list.list_len() else {
        return Err(Fault::soft("a list before the index"));
    };
    if index < 0.0 || index >= count as f64 {
        return Err(Fault::soft("an index within the list"));
    }
    Ok(list.item(index as usize))
}
