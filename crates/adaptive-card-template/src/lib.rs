//! Adaptive Cards Templating, as far as it is: `${name}` alone or inside text, and
//! `${if(name, 'yes', 'no')}`. The whole language follows behind the same two calls.

use serde_json::Value;

/// A compiled template.
#[derive(Clone, Debug)]
pub struct Template(Value);

/// A template that cannot be compiled or expanded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not understood")]
pub struct TemplateError(String);

/// What a template is expanded with.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a>(&'a Value);

impl<'a> Context<'a> {
    /// A context of this data.
    pub fn new(data: &'a Value) -> Self {
        Self(data)
    }
}

impl Template {
    /// Compiles a template.
    pub fn compile(template: &Value) -> Result<Self, TemplateError> {
        Ok(Self(template.clone()))
    }

    /// Expands it with data.
    pub fn expand(&self, context: &Context<'_>) -> Result<Value, TemplateError> {
        expand(&self.0, context.0)
    }
}

fn expand(template: &Value, data: &Value) -> Result<Value, TemplateError> {
    Ok(match template {
        Value::Object(map) => Value::Object(
            map.iter()
                .map(|(key, value)| Ok((key.clone(), expand(value, data)?)))
                .collect::<Result<_, _>>()?,
        ),
        Value::Array(items) => {
            Value::Array(items.iter().map(|item| expand(item, data)).collect::<Result<_, _>>()?)
        }
        Value::String(text) => bind(text, data)?,
        other => other.clone(),
    })
}

fn bind(text: &str, data: &Value) -> Result<Value, TemplateError> {
    let broken = || TemplateError(text.to_owned());
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once("${") {
        let (expression, after) = after.split_once('}').ok_or_else(broken)?;
        let value = evaluate(expression, data).ok_or_else(broken)?;
        if text.len() == expression.len() + 3 {
            return Ok(value);
        }
        out.push_str(before);
        out.push_str(&value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        rest = after;
    }
    out.push_str(rest);
    Ok(Value::String(out))
}

fn evaluate(expression: &str, data: &Value) -> Option<Value> {
    let Some(call) = expression.strip_prefix("if(") else { return data.get(expression).cloned() };
    let mut parts = call.strip_suffix(')')?.splitn(3, ", ");
    let (name, yes, no) = (parts.next()?, parts.next()?, parts.next()?);
    let chosen = if data.get(name)? == &Value::Bool(true) { yes } else { no };
    Some(Value::from(chosen.trim_matches('\'')))
}
