//! The evaluator: walks the nodes of one expression.

use super::Scope;
use super::fault::{Budget, Fault, Leaves, Reach, Res};
use crate::context::Context;
use crate::functions::pattern::Pattern;
use crate::functions::{Body, Function};
use crate::options::Limits;
use crate::syntax::{Arena, Const, Expr, Id, print};
use crate::value::{Text, Val, json};

/// What most interpolations fit in, in bytes.
const ROOM: usize = 120;

/// Everything an evaluation reads and spends.
pub(crate) struct Eval<'a> {
    pub(crate) arena: &'a Arena,
    pub(crate) context: &'a Context<'a>,
    pub(crate) scope: Scope<'a>,
    /// Names of lambdas, innermost last.
    pub(crate) locals: Vec<(&'a str, Val<'a>)>,
    pub(crate) budget: Budget,
    pub(crate) limits: &'a Limits,
    pub(crate) strict: bool,
    /// How deep texts that are expanded within the expression at hand may be
    /// nested, all of them together.
    pub(crate) nesting: u32,
    /// The last pattern that was not a literal, compiled.
    pub(crate) last_pattern: Option<(String, Pattern)>,
    /// Where interpolations are put together.
    pub(crate) scratch: String,
    /// Room for arguments that no call needs at the moment.
    pub(crate) spare: Vec<Vec<Val<'a>>>,
}

impl<'a> Eval<'a> {
    /// Evaluates a whole binding. With `substitute`, a concatenation at the top
    /// joins text by itself: its parts may fail, but none may be null.
    pub(crate) fn root(&mut self, id: Id, substitute: bool) -> Res<Val<'a>> {
        if substitute
            && let Expr::Call { function, args, .. } = self.arena.get(id)
            && function.is_concat()
        {
            return self.interpolate(args);
        }
        self.eval(id, substitute)
    }

    /// Joins the parts in a buffer that is kept, so that the text itself takes
    /// one allocation of the right size.
    fn interpolate(&mut self, parts: &'a [Id]) -> Res<Val<'a>> {
        let mut out = std::mem::take(&mut self.scratch);
        out.clear();
        // Grown once rather than time and again: a sentence fits.
        out.reserve(ROOM);
        let joined = self.join_parts(parts, &mut out).map(|()| Val::text(out.as_str()));
        self.scratch = out;
        joined
    }

    fn join_parts(&mut self, parts: &'a [Id], out: &mut String) -> Res<()> {
        for part in parts {
            self.budget.steps(1)?;
            let fault = match self.eval(*part, true) {
                Ok(Val::Str(text)) => {
                    self.budget.output(text.len())?;
                    out.push_str(&text);
                    continue;
                }
                Ok(value) => {
                    let text = json::to_text(&value, &mut self.budget)
                        .map_err(|fault| located(fault, self.arena.offset(*part)))?;
                    self.budget.output(text.len())?;
                    out.push_str(&text);
                    continue;
                }
                Err(fault) => fault,
            };
            match fault.reach {
                Reach::Soft | Reach::Throw if self.strict => {
                    return Err(fault.reaching(Reach::Fatal));
                }
                Reach::Soft | Reach::Throw => {
                    let text = print::print(self.arena, *part);
                    self.budget.output(text.len() + 3)?;
                    out.push_str("${");
                    out.push_str(&text);
                    out.push('}');
                }
                Reach::NoResult | Reach::Fatal => return Err(fault.reaching(Reach::Throw)),
            }
        }
        Ok(())
    }

    /// Evaluates an operand: no result at all is an exception here.
    pub(crate) fn child(&mut self, id: Id, substitute: bool) -> Res<Val<'a>> {
        self.tail(id, substitute).map_err(|fault| fault.leaving(Leaves::Undefined))
    }

    /// Evaluates an operand whose outcome is that of the whole call.
    pub(crate) fn tail(&mut self, id: Id, substitute: bool) -> Res<Val<'a>> {
        self.eval(id, substitute).map_err(|fault| match fault.reach {
            Reach::NoResult => fault.reaching(Reach::Throw),
            _ => fault,
        })
    }

    /// Evaluates all arguments in order.
    pub(crate) fn children(&mut self, args: &'a [Id], substitute: bool) -> Res<Vec<Val<'a>>> {
        args.iter().map(|id| self.child(*id, substitute)).collect()
    }

    fn eval(&mut self, id: Id, substitute: bool) -> Res<Val<'a>> {
        self.budget.steps(1)?;
        let result = match self.arena.get(id) {
            Expr::Const(value) => return Ok(constant(value)),
            Expr::Path(path) => self.path(path, substitute),
            Expr::Member { .. } => self.member(id, substitute),
            Expr::Index { of, at } => self.index(*of, *at, substitute),
            Expr::Call { function, args, regex } => {
                self.call(function, args, regex.as_deref(), substitute)
            }
            Expr::Unknown { .. } => Err(Fault::throw("the name of a function")),
        };
        result.map_err(|fault| located(fault, self.arena.offset(id)))
    }

    /// Evaluates a node of another arena with the same data.
    pub(crate) fn nested(&mut self, arena: &Arena, id: Id, substitute: bool) -> Res<Val<'a>> {
        let budget = std::mem::replace(&mut self.budget, Budget::new(self.limits));
        let mut eval = Eval {
            arena,
            context: self.context,
            scope: self.scope.clone(),
            locals: self.locals.clone(),
            budget,
            limits: self.limits,
            strict: self.strict,
            nesting: self.nesting.saturating_sub(arena.height(id)),
            last_pattern: None,
            scratch: String::new(),
            spare: Vec::new(),
        };
        let result = eval.child(id, substitute);
        self.budget = eval.budget;
        json::detach(&result?, &mut self.budget, 0)
    }

    fn call(
        &mut self,
        function: &'static Function,
        args: &'a [Id],
        regex: Option<&'a Pattern>,
        substitute: bool,
    ) -> Res<Val<'a>> {
        match function.body {
            Body::Lazy(run) => run(self, args, substitute),
            Body::Eager(verify, run) => {
                let mut values = self.spare.pop().unwrap_or_default();
                values.reserve(args.len());
                for (position, id) in args.iter().enumerate() {
                    let value = self.child(*id, substitute)?;
                    self.budget.argument(&value)?;
                    if let Some(expected) = verify(&value, position) {
                        return Err(located(Fault::soft(expected), self.arena.offset(*id)));
                    }
                    values.push(value);
                }
                if let Some(pattern) = regex {
                    let text = values.first().and_then(Val::as_str).unwrap_or("");
                    return pattern.is_match(text, &mut self.budget).map(Val::Bool);
                }
                let result = run(self, &mut values).map_err(Fault::softened)?;
                self.give_back(values);
                self.pay(&result)?;
                Ok(result)
            }
            Body::Guard(verify, run) => {
                let mut values = self.spare.pop().unwrap_or_default();
                values.reserve(args.len());
                for (position, id) in args.iter().enumerate() {
                    match self.child(*id, false) {
                        Ok(value) if verify(&value, position).is_none() => {
                            self.budget.argument(&value)?;
                            values.push(value);
                        }
                        Err(fault) if fault.reach != Reach::Soft => return Err(fault),
                        Ok(_) | Err(_) => return Ok(Val::Bool(false)),
                    }
                }
                let result = run(self, &mut values);
                self.give_back(values);
                result.map_err(|fault| fault.softened().leaving(Leaves::False))
            }
        }
    }

    /// Keeps the room that arguments took for the next call.
    fn give_back(&mut self, mut values: Vec<Val<'a>>) {
        values.clear();
        self.spare.push(values);
    }

    /// Pays for what a function built.
    fn pay(&mut self, value: &Val<'a>) -> Res<()> {
        match value {
            Val::Str(Text::Owned(text)) => self.budget.output(text.len()),
            Val::List(items) => self.budget.steps(items.len()),
            Val::Map(fields) => self.budget.steps(fields.len().min(8)),
            Val::Bytes(bytes) => self.budget.output(bytes.len()),
            _ => Ok(()),
        }
    }
}

fn constant(value: &Const) -> Val<'_> {
    match value {
        Const::Undefined => Val::Undefined,
        Const::Null => Val::Null,
        Const::Bool(flag) => Val::Bool(*flag),
        Const::Num(number) => Val::Num(*number),
        Const::Str(text) => Val::Str(Text::Borrowed(text)),
    }
}

/// Remembers where a failure started.
fn located(mut fault: Fault, offset: u32) -> Fault {
    fault.at.get_or_insert(offset);
    fault
}
