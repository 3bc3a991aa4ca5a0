//! From nodes and data to a card.

use serde_json::Value;

use super::{Data, Node, Object, When};
use crate::context::Context;
use crate::error::{ExpandError, ExpandErrorKind, Step, pointer};
use crate::expr::fault::{Budget, Fault, NODE, Reach};
use crate::expr::{Eval, Scope};
use crate::syntax::Id;
use crate::template::Template;
use crate::value::{Val, depth, json};
use crate::warning::{Warning, WarningKind};

/// Makes a card; `None` where there is nothing at all.
pub(crate) fn expand(
    template: &Template,
    context: &Context<'_>,
    warnings: Option<&mut Vec<Warning>>,
) -> Result<Option<Value>, ExpandError> {
    let scope = Scope {
        root: context.data.map_or(Val::Undefined, Val::from_json),
        host: context.host.map_or(Val::Undefined, Val::from_json),
        data: Val::Undefined,
        index: None,
    };
    let eval = Eval {
        arena: &template.arena,
        context,
        scope,
        locals: Vec::new(),
        budget: Budget::new(&template.options.limits),
        limits: &template.options.limits,
        strict: template.options.strict,
        nesting: template.options.limits.max_expression_depth,
        last_pattern: None,
        scratch: String::new(),
        spare: Vec::new(),
    };
    let mut expander = Expander { eval, warnings };
    let mut card = Value::Null;
    let defined = expander.value(&template.root, &mut card).map_err(Failure::into_error)?;
    Ok(defined.then_some(card))
}

struct Expander<'a, 'w> {
    eval: Eval<'a>,
    warnings: Option<&'w mut Vec<Warning>>,
}

/// A failure, with the way to its node gathered from the inside out.
struct Failure<'a> {
    fault: Fault,
    path: Vec<Step<'a>>,
}

type Outcome<'a, T> = Result<T, Failure<'a>>;

impl<'a> Failure<'a> {
    fn new(fault: Fault) -> Self {
        Self { fault, path: Vec::new() }
    }

    fn within(mut self, step: Step<'a>) -> Self {
        self.path.push(step);
        self
    }

    fn into_error(self) -> ExpandError {
        let kind = match self.fault.limit {
            Some(limit) => ExpandErrorKind::Limit(limit),
            None if self.fault.reach == Reach::Fatal => ExpandErrorKind::Strict,
            None => ExpandErrorKind::Evaluation,
        };
        ExpandError {
            pointer: pointer(self.path.iter().rev()),
            position: self.fault.at.map(|at| at as usize),
            expected: self.fault.into_expected().into_owned(),
            kind,
        }
    }
}

impl<'a> Expander<'a, '_> {
    /// Writes a node's value where it belongs, which holds null so far; false
    /// for undefined, which drops a key. Values are large, so they are built in
    /// place rather than handed around.
    fn value(&mut self, node: &'a Node, slot: &mut Value) -> Outcome<'a, bool> {
        match node {
            Node::Fixed(value, cost) => {
                self.pay(*cost)?;
                slot.clone_from(value);
            }
            Node::Binding(id) => match self.evaluate(*id)? {
                Val::Undefined => return Ok(false),
                value => *slot = self.json(value)?,
            },
            Node::List(nodes) => {
                let mut out = Vec::new();
                self.list(nodes, &mut out)?;
                *slot = Value::Array(out);
            }
            Node::Object(object) if object.data.is_none() => {
                // What is not shown stays null.
                self.single(object, slot)?;
            }
            Node::Object(object) => {
                let mut out = Vec::new();
                self.repeated(object, &mut out)?;
                // None gives null, one gives itself.
                *slot =
                    if out.len() > 1 { Value::Array(out) } else { out.pop().unwrap_or_default() };
            }
        }
        Ok(true)
    }

    /// The items of a list; lists among them are spliced in, null vanishes.
    fn list(&mut self, nodes: &'a [Node], out: &mut Vec<Value>) -> Outcome<'a, ()> {
        for (index, node) in nodes.iter().enumerate() {
            // Room for what is left, unless that says itself how much it is.
            if out.len() == out.capacity() && !matches!(node, Node::Object(o) if o.data.is_some()) {
                out.reserve(nodes.len() - index);
            }
            self.item(node, out).map_err(|failure| failure.within(Step::Index(index)))?;
        }
        Ok(())
    }

    fn item(&mut self, node: &'a Node, out: &mut Vec<Value>) -> Outcome<'a, ()> {
        match node {
            Node::Fixed(Value::Null, _) => Ok(()),
            Node::Fixed(Value::Array(items), cost) => {
                self.pay(*cost)?;
                out.extend_from_slice(items);
                Ok(())
            }
            Node::Fixed(value, cost) => {
                self.pay(*cost)?;
                out.push(value.clone());
                Ok(())
            }
            Node::Binding(id) => {
                let value = self.evaluate(*id)?;
                // Undefined and NaN are not null, though they print as such.
                match value {
                    Val::Null => {}
                    list if list.is_list() => match self.json(list)? {
                        Value::Array(items) => out.extend(items),
                        other => out.push(other),
                    },
                    other => out.push(self.json(other)?),
                }
                Ok(())
            }
            Node::List(nodes) => self.list(nodes, out),
            Node::Object(object) if object.data.is_none() => self.push_single(object, out),
            Node::Object(object) => self.repeated(object, out),
        }
    }

    /// An object once per item of its `$data`, or once with that as its data.
    fn repeated(&mut self, object: &'a Object, out: &mut Vec<Value>) -> Outcome<'a, ()> {
        let data = match &object.data {
            None => Val::Undefined,
            Some(Data::Fixed(value)) => Val::from_json(value),
            Some(Data::Binding(id)) => {
                self.binding(*id).map_err(|failure| failure.within(Step::Key("$data")))?
            }
        };
        let saved = self.eval.scope.clone();
        if let Some(count) = data.list_len() {
            self.eval.budget.steps(count).map_err(Failure::new)?;
            out.reserve(count);
            for index in 0..count {
                self.eval.scope.index = Some(index);
                self.with_data(object, data.item(index), out)?;
            }
        } else {
            self.with_data(object, data, out)?;
        }
        self.eval.scope = saved;
        Ok(())
    }

    /// The value of a `$data`. It may wrap the `$data` around it, and so on all
    /// the way out: unchecked, it would nest deeper than the stack can drop.
    fn binding(&mut self, id: Id) -> Outcome<'a, Val<'a>> {
        let data = self.evaluate(id)?;
        depth::check(&data, &mut self.eval.budget, 0).map_err(Failure::new)?;
        Ok(data)
    }

    /// Undefined leaves the data as it was, that of the item before included.
    fn with_data(
        &mut self,
        object: &'a Object,
        data: Val<'a>,
        out: &mut Vec<Value>,
    ) -> Outcome<'a, ()> {
        if !matches!(data, Val::Undefined) {
            self.eval.scope.data = data.shared();
        }
        self.push_single(object, out)
    }

    fn push_single(&mut self, object: &'a Object, out: &mut Vec<Value>) -> Outcome<'a, ()> {
        let mut slot = Value::Null;
        if self.single(object, &mut slot)? {
            out.push(slot);
        }
        Ok(())
    }

    /// Writes an object with the data at hand; false if it is not shown.
    fn single(&mut self, object: &'a Object, slot: &mut Value) -> Outcome<'a, bool> {
        if !self.is_shown(object)? {
            return Ok(false);
        }
        self.pay(object.cost)?;
        // Built where it belongs: an object is too large to be moved about.
        *slot = Value::Object(object.fixed.clone());
        let Value::Object(fields) = slot else {
            return Ok(true);
        };
        let mut undefined = Vec::new();
        let mut bound = object.bound.iter();
        let mut next = bound.next();
        for (position, (key, slot)) in fields.iter_mut().enumerate() {
            let Some((_, node)) = next.filter(|(at, _)| *at == position) else {
                continue;
            };
            next = bound.next();
            match self.value(node, slot) {
                Ok(true) => {}
                Ok(false) => undefined.push(key.clone()),
                Err(failure) => {
                    let key = object.fixed.keys().nth(position);
                    return Err(failure.within(Step::Key(key.map_or("", String::as_str))));
                }
            }
            if next.is_none() {
                break;
            }
        }
        for key in undefined {
            fields.shift_remove(&key);
        }
        Ok(true)
    }

    /// Only a `$when` that is exactly true shows the object.
    fn is_shown(&mut self, object: &'a Object) -> Outcome<'a, bool> {
        let value = match &object.when {
            None => return Ok(true),
            Some(When::Never) => {
                self.warn(object, WarningKind::WhenNotABinding)?;
                return Ok(false);
            }
            Some(When::Binding(id)) => match self.eval.root(*id, false) {
                Ok(value) => value,
                Err(fault) if fault.reach == Reach::Soft => {
                    if !fault.leaves.value().is_truthy() {
                        self.warn(object, WarningKind::WhenNotTrue)?;
                    }
                    return Ok(false);
                }
                Err(fault) => return Err(Failure::new(fault).within(Step::Key("$when"))),
            },
        };
        if !value.is_truthy() {
            self.warn(object, WarningKind::WhenNotTrue)?;
        }
        Ok(matches!(value, Val::Bool(true)))
    }

    /// Keeps a warning, paid for as the card is: a repeated object gives many.
    fn warn(&mut self, object: &Object, kind: WarningKind) -> Outcome<'a, ()> {
        if let Some(warnings) = &mut self.warnings {
            self.eval.budget.output(NODE + object.pointer.len()).map_err(Failure::new)?;
            warnings.push(Warning { pointer: object.pointer.render(), kind });
        }
        Ok(())
    }

    fn evaluate(&mut self, id: Id) -> Outcome<'a, Val<'a>> {
        self.eval.root(id, true).map_err(Failure::new)
    }

    fn json(&mut self, value: Val<'a>) -> Outcome<'a, Value> {
        json::to_json(value, &mut self.eval.budget).map_err(Failure::new)
    }

    fn pay(&mut self, cost: usize) -> Outcome<'a, ()> {
        self.eval.budget.output(cost).map_err(Failure::new)
    }
}
