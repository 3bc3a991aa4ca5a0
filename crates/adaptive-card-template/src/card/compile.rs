//! From a template's JSON to nodes.

use serde_json::{Map, Value};

use super::pointer::Pointer;
use super::{Data, Node, Object, When};

use crate::error::{CompileError, CompileErrorKind, Step, pointer};
use crate::expr::fault::NODE;
use crate::options::{Limit, Options};
use crate::syntax::{Arena, Id, ParseFault, Parsed, parse_interpolation, print};
use crate::value::number;

/// Keys that steer the expansion and never reach the card.
const RESERVED: [&str; 6] = ["$data", "$when", "$root", "$index", "$host", "$_acTemplateVersion"];

/// Compiles one template.
pub(crate) struct Compiler<'o> {
    arena: Arena,
    /// The ways to the nodes on the way to the node at hand, as far as they
    /// were asked for.
    pointers: Vec<Pointer>,
    options: &'o Options,
}

type Compiled<T> = Result<T, CompileError>;
type Path<'t> = Vec<Step<'t>>;

impl<'o> Compiler<'o> {
    pub(crate) fn new(options: &'o Options) -> Self {
        Self { arena: Arena::with_room(), pointers: Vec::new(), options }
    }

    /// The expressions of everything compiled so far.
    pub(crate) fn finish(self) -> Arena {
        self.arena
    }

    pub(crate) fn compile(&mut self, template: &Value) -> Compiled<Node> {
        self.node(template, &mut Vec::new())
    }

    fn node<'t>(&mut self, node: &'t Value, path: &mut Path<'t>) -> Compiled<Node> {
        if path.len() > self.options.limits.max_template_depth as usize {
            return Err(CompileError {
                pointer: pointer(path.iter()),
                position: None,
                expected: Limit::TemplateDepth.expectation().to_owned(),
                kind: CompileErrorKind::Limit(Limit::TemplateDepth),
            });
        }
        // The strict mode looks at every key.
        if !self.options.strict
            && let Some(cost) = literal_cost(node, self.depth_left(path))
        {
            return Ok(Node::Fixed(node.clone(), cost));
        }
        Ok(match node {
            Value::String(text) => match self.binding(text, path)? {
                Some(id) => Node::Binding(id),
                None => Node::Fixed(node.clone(), NODE + text.len()),
            },
            Value::Array(items) => self.list(items, path)?,
            Value::Object(fields) => self.object(fields, path)?,
            Value::Number(number) => {
                Node::Fixed(number::to_json(number.as_f64().unwrap_or(f64::NAN)), NODE)
            }
            Value::Null | Value::Bool(_) => Node::Fixed(node.clone(), NODE),
        })
    }

    fn depth_left(&self, path: &Path<'_>) -> u32 {
        self.options.limits.max_template_depth.saturating_sub(path.len() as u32)
    }

    /// A string's expression, if it has one.
    fn binding(&mut self, text: &str, path: &Path<'_>) -> Compiled<Option<Id>> {
        if !holds_binding(text) {
            return Ok(None);
        }
        let strict = self.options.strict;
        match parse_interpolation(&mut self.arena, text, &self.options.limits, strict) {
            Ok(Parsed::Expr(id)) => Ok(Some(id)),
            Ok(Parsed::Text) => Ok(None),
            Err(fault) => Err(located(fault, path)),
        }
    }

    /// Lists are flattened by one level, and null vanishes from them. What can
    /// be done about that now is.
    fn list<'t>(&mut self, items: &'t [Value], path: &mut Path<'t>) -> Compiled<Node> {
        let mut nodes = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            path.push(Step::Index(index));
            nodes.push(self.node(item, path)?);
            self.pop(path);
        }
        if !nodes.iter().all(|node| matches!(node, Node::Fixed(..))) {
            return Ok(Node::List(nodes));
        }
        let mut flat = Vec::with_capacity(nodes.len());
        let mut cost = NODE;
        for node in nodes {
            match node {
                Node::Fixed(Value::Null, _) => {}
                Node::Fixed(Value::Array(inner), inner_cost) => {
                    flat.extend(inner);
                    cost += inner_cost;
                }
                Node::Fixed(value, value_cost) => {
                    flat.push(value);
                    cost += value_cost;
                }
                _ => {}
            }
        }
        Ok(Node::Fixed(Value::Array(flat), cost))
    }

    fn object<'t>(
        &mut self,
        fields: &'t Map<String, Value>,
        path: &mut Path<'t>,
    ) -> Compiled<Node> {
        let mut object = Object {
            fixed: Map::with_capacity(fields.len()),
            cost: NODE,
            bound: Vec::new(),
            data: None,
            when: None,
            pointer: Pointer::default(),
        };
        for (key, value) in fields {
            if self.options.strict && key.contains("${") {
                return Err(binding_in_key(key, path));
            }
            // Most fields are a short literal, for which no node is needed.
            if !key.starts_with('$')
                && self.depth_left(path) > 0
                && let Some(cost) = leaf_cost(value)
            {
                object.cost += key.len() + cost;
                object.fixed.insert(key.clone(), value.clone());
                continue;
            }
            path.push(Step::Key(key));
            match key.as_str() {
                "$data" => object.data = Some(self.data(value, path)?),
                "$when" => object.when = self.when(value, path)?,
                _ => {
                    let node = self.node(value, path)?;
                    if !RESERVED.contains(&key.as_str()) {
                        object.cost += key.len();
                        object.push(key, node);
                    }
                }
            }
            self.pop(path);
        }
        if object.bound.is_empty() && object.data.is_none() && object.when.is_none() {
            return Ok(Node::Fixed(Value::Object(object.fixed), object.cost));
        }
        if object.when.is_some() {
            object.pointer = self.pointer(path);
        }
        Ok(Node::Object(Box::new(object)))
    }

    /// Leaves a node, whose way is then no beginning of another.
    fn pop(&mut self, path: &mut Path<'_>) {
        path.pop();
        self.pointers.truncate(path.len());
    }

    /// The way to the node at hand, which shares its beginning with others.
    fn pointer(&mut self, path: &Path<'_>) -> Pointer {
        for step in path.iter().skip(self.pointers.len()) {
            let next = self.pointers.last().cloned().unwrap_or_default().join(step);
            self.pointers.push(next);
        }
        self.pointers.last().cloned().unwrap_or_default()
    }

    fn data<'t>(&mut self, value: &'t Value, path: &mut Path<'t>) -> Compiled<Data> {
        if let Value::String(text) = value
            && let Some(id) = self.binding(text, path)?
        {
            return Ok(Data::Binding(id));
        }
        self.literal(value, path).map(Data::Fixed)
    }

    /// Bindings inside a literal `$data` are not evaluated. The engine leaves
    /// its own expression objects there, which print in normal form.
    fn literal<'t>(&mut self, value: &'t Value, path: &mut Path<'t>) -> Compiled<Value> {
        // Compiling also checks the depth and finds syntax errors.
        self.node(value, path)?;
        self.printed(value, path)
    }

    fn printed(&mut self, value: &Value, path: &Path<'_>) -> Compiled<Value> {
        Ok(match value {
            Value::String(text) => match self.binding(text, path)? {
                Some(id) => Value::String(print::print(&self.arena, id)),
                None => value.clone(),
            },
            Value::Array(items) => {
                let items: Compiled<Vec<Value>> =
                    items.iter().map(|item| self.printed(item, path)).collect();
                Value::Array(items?)
            }
            Value::Object(fields) => {
                let mut out = Map::with_capacity(fields.len());
                for (key, value) in fields {
                    out.insert(key.clone(), self.printed(value, path)?);
                }
                Value::Object(out)
            }
            other => other.clone(),
        })
    }

    fn when<'t>(&mut self, value: &'t Value, path: &mut Path<'t>) -> Compiled<Option<When>> {
        if let Value::String(text) = value
            && let Some(id) = self.binding(text, path)?
        {
            return Ok(Some(When::Binding(id)));
        }
        self.node(value, path)?;
        let shown = match value {
            Value::Null | Value::Bool(false) => true,
            Value::Number(number) => number.as_f64() == Some(0.0),
            Value::String(text) => text.is_empty(),
            _ => false,
        };
        Ok(if shown { None } else { Some(When::Never) })
    }
}

impl Object {
    fn push(&mut self, key: &str, node: Node) {
        let value = match node {
            Node::Fixed(value, cost) => {
                self.cost += cost;
                value
            }
            node => {
                self.bound.push((self.fixed.len(), node));
                Value::Null
            }
        };
        self.fixed.insert(key.to_owned(), value);
    }
}

/// What copying JSON costs that is copied as it stands: no binding, no
/// reserved key, no list to flatten, no number to be read as JavaScript would.
/// Most of a card is of this kind, and cloning it whole is by far the fastest.
fn literal_cost(node: &Value, depth: u32) -> Option<usize> {
    let inner = |value: &Value| literal_cost(value, depth.checked_sub(1)?);
    match node {
        Value::Array(items) => items.iter().try_fold(NODE, |sum, item| {
            if item.is_array() || item.is_null() { None } else { Some(sum + inner(item)?) }
        }),
        Value::Object(fields) => fields.iter().try_fold(NODE, |sum, (key, value)| {
            if key.starts_with('$') && RESERVED.contains(&key.as_str()) {
                return None;
            }
            Some(sum + key.len() + inner(value)?)
        }),
        leaf => leaf_cost(leaf),
    }
}

/// Whether there is something to parse. Few texts hold a dollar sign at all,
/// and a byte is found faster than two.
#[inline]
fn holds_binding(text: &str) -> bool {
    text.as_bytes().contains(&b'$') && text.contains("${")
}

/// The same for what is neither a list nor an object.
fn leaf_cost(node: &Value) -> Option<usize> {
    match node {
        Value::Null | Value::Bool(_) => Some(NODE),
        Value::Number(number) => {
            let small = number.as_i64().is_some_and(|number| number.unsigned_abs() < 1 << 53);
            small.then_some(NODE)
        }
        Value::String(text) => (!holds_binding(text)).then_some(NODE + text.len()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// Keys are never expanded, so what looks like a binding would reach the card.
fn binding_in_key(key: &str, path: &Path<'_>) -> CompileError {
    CompileError {
        pointer: pointer(path.iter().chain(&[Step::Key(key)])),
        position: None,
        expected: "a key without a binding".to_owned(),
        kind: CompileErrorKind::Strict,
    }
}

fn located(fault: ParseFault, path: &Path<'_>) -> CompileError {
    let kind = match fault.limit {
        Some(limit) => CompileErrorKind::Limit(limit),
        None if fault.strict => CompileErrorKind::Strict,
        None => CompileErrorKind::Syntax,
    };
    CompileError {
        pointer: pointer(path.iter()),
        position: Some(fault.at),
        expected: fault.expected,
        kind,
    }
}
