//! Values during evaluation: JSON plus what the language adds to it.
//!
//! A value borrows from the caller's data or from the template wherever it
//! can, so looking something up allocates nothing. Lists and objects built by
//! functions are shared, which also gives them the identity that `unique`,
//! `indexOf` and their kin compare by.

pub(crate) mod compare;
pub(crate) mod depth;
pub(crate) mod json;
pub(crate) mod number;
mod string;
pub(crate) mod text;

use std::rc::Rc;

use indexmap::IndexMap;
use serde_json::{Map, Value};

pub(crate) use string::Text;

/// An object built during evaluation, in insertion order.
pub(crate) type Fields<'a> = IndexMap<Text<'a>, Val<'a>>;

/// Making a pair takes far more time and memory than passing by an item.
pub(crate) const PAIR_STEPS: usize = 4;

/// A value of the expression language.
#[derive(Clone, Debug)]
pub(crate) enum Val<'a> {
    /// Nothing at all: a missing property, the first item of an empty list.
    Undefined,
    /// A JSON null that is really there.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A double; the language knows no other number.
    Num(f64),
    /// Text.
    Str(Text<'a>),
    /// A list of the caller's data.
    JsonList(&'a Vec<Value>),
    /// An object of the caller's data.
    JsonMap(&'a Map<String, Value>),
    /// A list built by a function.
    List(Rc<Vec<Val<'a>>>),
    /// An object built by a function.
    Map(Rc<Fields<'a>>),
    /// 100-nanosecond ticks, exact beyond 2^53.
    Ticks(Rc<i128>),
    /// The result of `binary` and its kin.
    Bytes(Rc<Vec<u8>>),
}

impl<'a> Val<'a> {
    /// Borrows a JSON value.
    pub(crate) fn from_json(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Bool(*flag),
            Value::Number(number) => Self::Num(number.as_f64().unwrap_or(f64::NAN)),
            Value::String(text) => Self::Str(Text::Borrowed(text)),
            Value::Array(items) => Self::JsonList(items),
            Value::Object(fields) => Self::JsonMap(fields),
        }
    }

    /// Takes over text that was just built.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Str(Text::Owned(text.into()))
    }

    /// Takes over a list that was just built.
    pub(crate) fn list(items: Vec<Self>) -> Self {
        Self::List(Rc::new(items.into_iter().map(Self::shared).collect()))
    }

    /// Takes over an object that was just built.
    pub(crate) fn map(mut fields: Fields<'a>) -> Self {
        for value in fields.values_mut() {
            *value = std::mem::replace(value, Self::Undefined).shared();
        }
        Self::Map(Rc::new(fields))
    }

    /// The same value, cheap to copy from now on. Whatever keeps a value makes
    /// it so: what is kept may be looked up any number of times.
    pub(crate) fn shared(self) -> Self {
        match self {
            Self::Str(text) => Self::Str(text.shared()),
            other => other,
        }
    }

    /// The `{key, value}` pair that iterating over an object yields.
    pub(crate) fn pair(first: (&'static str, Self), second: (&'static str, Self)) -> Self {
        let mut fields = Fields::with_capacity(2);
        fields.insert(Text::Borrowed(first.0), first.1);
        fields.insert(Text::Borrowed(second.0), second.1);
        Self::map(fields)
    }

    /// Undefined or null.
    pub(crate) fn is_nothing(&self) -> bool {
        matches!(self, Self::Undefined | Self::Null)
    }

    /// Only `false`, null and undefined are false; `0` and `''` are true.
    pub(crate) fn is_true(&self) -> bool {
        !matches!(self, Self::Undefined | Self::Null | Self::Bool(false))
    }

    /// Whether JavaScript itself would take the value for true.
    pub(crate) fn is_truthy(&self) -> bool {
        match self {
            Self::Undefined | Self::Null | Self::Bool(false) => false,
            Self::Num(number) => *number != 0.0 && !number.is_nan(),
            Self::Str(text) => !text.is_empty(),
            _ => true,
        }
    }

    /// The number, unless it is NaN.
    pub(crate) fn as_number(&self) -> Option<f64> {
        match self {
            Self::Num(number) if !number.is_nan() => Some(*number),
            _ => None,
        }
    }

    /// The number, if it is whole and finite.
    pub(crate) fn as_integer(&self) -> Option<f64> {
        match self {
            Self::Num(number) if number::is_whole(*number) => Some(*number),
            _ => None,
        }
    }

    /// The text, if it is text.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is a list.
    pub(crate) fn is_list(&self) -> bool {
        matches!(self, Self::JsonList(_) | Self::List(_))
    }

    /// Whether JavaScript's `typeof` says "object" (null does, too).
    pub(crate) fn is_object_type(&self) -> bool {
        !matches!(self, Self::Undefined | Self::Bool(_) | Self::Num(_) | Self::Str(_))
    }

    /// Number of items, if it is a list.
    pub(crate) fn list_len(&self) -> Option<usize> {
        match self {
            Self::JsonList(items) => Some(items.len()),
            Self::List(items) => Some(items.len()),
            _ => None,
        }
    }

    /// One item of a list; undefined beyond its end and for anything else.
    pub(crate) fn item(&self, index: usize) -> Self {
        match self {
            Self::JsonList(items) => items.get(index).map_or(Self::Undefined, Self::from_json),
            Self::List(items) => items.get(index).cloned().unwrap_or(Self::Undefined),
            _ => Self::Undefined,
        }
    }

    /// The items, if it is a list.
    pub(crate) fn items(&self) -> Option<Vec<Self>> {
        match self {
            Self::JsonList(items) => Some(items.iter().map(Self::from_json).collect()),
            Self::List(items) => Some(items.as_ref().clone()),
            _ => None,
        }
    }

    /// Number of own properties of an object that is not a list.
    pub(crate) fn field_count(&self) -> Option<usize> {
        match self {
            Self::JsonMap(fields) => Some(fields.len()),
            Self::Map(fields) => Some(fields.len()),
            Self::Bytes(bytes) => Some(bytes.len()),
            Self::Ticks(_) => Some(1),
            _ => None,
        }
    }

    /// The own properties in JavaScript's order: keys that are array indices
    /// first, ascending, then the rest as inserted.
    pub(crate) fn fields(&self) -> Option<Vec<(Text<'a>, Self)>> {
        let mut fields: Vec<(Text<'a>, Self)> = match self {
            Self::JsonMap(fields) => fields
                .iter()
                .map(|(key, value)| (Text::Borrowed(key.as_str()), Self::from_json(value)))
                .collect(),
            Self::Map(fields) => {
                fields.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
            }
            Self::Bytes(bytes) => bytes
                .iter()
                .enumerate()
                .map(|(index, byte)| (Text::Owned(index.to_string()), Self::Num(f64::from(*byte))))
                .collect(),
            Self::Ticks(ticks) => {
                vec![(Text::Borrowed("value"), Self::text(ticks.to_string()))]
            }
            _ => return None,
        };
        if fields.iter().any(|(key, _)| number::array_index(key).is_some()) {
            fields.sort_by_key(|(key, _)| number::array_index(key).map_or(u64::MAX, u64::from));
        }
        Some(fields)
    }

    /// The property whose name matches exactly.
    pub(crate) fn own_field(&self, name: &str) -> Option<Self> {
        match self {
            Self::JsonMap(fields) => fields.get(name).map(Self::from_json),
            Self::Map(fields) => fields.get(name).cloned(),
            Self::Bytes(bytes) => {
                let index = number::array_index(name)? as usize;
                bytes.get(index).map(|byte| Self::Num(f64::from(*byte)))
            }
            Self::JsonList(_) | Self::List(_) => {
                let index = number::array_index(name)? as usize;
                (index < self.list_len()?).then(|| self.item(index))
            }
            Self::Str(text) => {
                let index = number::array_index(name)? as usize;
                text::unit_at(text, index).map(Self::text)
            }
            _ => None,
        }
    }

    /// The first property, in object order, whose name matches whatever the
    /// case of its letters.
    pub(crate) fn field_ignoring_case(&self, name: &str) -> Option<Self> {
        match self {
            Self::JsonMap(fields) => {
                let found = fields.iter().find(|(key, _)| text::same_ignoring_case(key, name));
                found.map(|(_, value)| Self::from_json(value))
            }
            Self::Map(fields) => {
                let found = fields.iter().find(|(key, _)| text::same_ignoring_case(key, name));
                found.map(|(_, value)| value.clone())
            }
            Self::Ticks(ticks) if name.eq_ignore_ascii_case("value") => {
                Some(Self::text(ticks.to_string()))
            }
            _ => self.own_field(name),
        }
    }
}
