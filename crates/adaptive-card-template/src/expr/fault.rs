//! How an evaluation can go wrong, and the budget that keeps it finite.

use std::borrow::Cow;
use std::ops::{Deref, DerefMut};

use crate::options::{Limit, Limits};
use crate::value::Val;

/// How far a failure reaches. The engine tells an error that a function
/// returns from an exception that it throws, and guards only catch the former.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// An ordinary error: comparisons, guards and `$when` take it for false.
    Soft,
    /// An exception: only interpolation catches it.
    Throw,
    /// The index operator yields no result at all when its own operand fails.
    /// Whoever asked for that result throws; interpolation, asking last, too.
    NoResult,
    /// Not to be caught: a limit, or a finding of the strict mode.
    Fatal,
}

/// What the engine gives along with an ordinary error. Only `||` and the
/// warnings about `$when` look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaves {
    Undefined,
    Null,
    False,
    True,
    MinusOne,
    NotANumber,
    /// A list or an object, of which no more than that is of interest.
    Something,
}

impl Leaves {
    /// What is left, as a value.
    pub(crate) fn value<'a>(self) -> Val<'a> {
        match self {
            Self::Undefined => Val::Undefined,
            Self::Null => Val::Null,
            Self::False => Val::Bool(false),
            Self::True => Val::Bool(true),
            Self::MinusOne => Val::Num(-1.0),
            Self::NotANumber => Val::Num(f64::NAN),
            Self::Something => Val::list(Vec::new()),
        }
    }
}

/// A failed evaluation. Boxed, because it is the rare case and results are
/// passed around a lot.
#[derive(Clone, Debug)]
pub(crate) struct Fault(Box<Details>);

/// What failed, and how.
#[derive(Clone, Debug)]
pub(crate) struct Details {
    pub(crate) reach: Reach,
    pub(crate) leaves: Leaves,
    /// The limit that was exceeded, if that is what happened.
    pub(crate) limit: Option<Limit>,
    /// Byte offset in the template string; filled in on the way up.
    pub(crate) at: Option<u32>,
    /// What was expected instead.
    pub(crate) expected: Cow<'static, str>,
}

/// Result of an evaluation.
pub(crate) type Res<T> = Result<T, Fault>;

impl Fault {
    /// An ordinary error.
    pub(crate) fn soft(expected: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Details {
            reach: Reach::Soft,
            leaves: Leaves::Undefined,
            limit: None,
            at: None,
            expected: expected.into(),
        }))
    }

    /// An exception.
    pub(crate) fn throw(expected: impl Into<Cow<'static, str>>) -> Self {
        Self::soft(expected).reaching(Reach::Throw)
    }

    /// A finding of the strict mode.
    pub(crate) fn strict(expected: impl Into<Cow<'static, str>>) -> Self {
        Self::soft(expected).reaching(Reach::Fatal)
    }

    /// An exceeded limit.
    pub(crate) fn limit(limit: Limit) -> Self {
        let mut fault = Self::soft(limit.expectation()).reaching(Reach::Fatal);
        fault.limit = Some(limit);
        fault
    }

    /// Widens the reach of anything that can still be caught.
    pub(crate) fn reaching(mut self, reach: Reach) -> Self {
        if self.reach != Reach::Fatal {
            self.reach = reach;
        }
        self
    }

    /// Changes what is left besides the error.
    pub(crate) fn leaving(mut self, leaves: Leaves) -> Self {
        self.leaves = leaves;
        self
    }

    /// What was expected instead.
    pub(crate) fn into_expected(self) -> Cow<'static, str> {
        self.0.expected
    }

    /// What becomes of the failure inside a function that catches exceptions.
    pub(crate) fn softened(self) -> Self {
        self.reaching(Reach::Soft)
    }
}

impl Deref for Fault {
    type Target = Details;

    fn deref(&self) -> &Details {
        &self.0
    }
}

impl DerefMut for Fault {
    fn deref_mut(&mut self) -> &mut Details {
        &mut self.0
    }
}

/// Text of this length is read in about the time of a step.
const BYTES_PER_STEP: usize = 64;
/// What a JSON node counts for when output is paid for: about the bytes it takes
/// up, besides those of its text.
pub(crate) const NODE: usize = 64;
/// So many items or fields are passed by in about the time of a step.
const ITEMS_PER_STEP: usize = 16;

/// What is left of the limits during one expansion.
#[derive(Debug)]
pub(crate) struct Budget {
    steps: u64,
    output: u64,
    depth: u32,
}

impl Budget {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { steps: limits.max_steps, output: limits.max_output, depth: limits.max_data_depth }
    }

    /// Pays for work: one step per evaluated node or visited item.
    #[inline]
    pub(crate) fn steps(&mut self, count: usize) -> Res<()> {
        take(&mut self.steps, count).ok_or_else(|| Fault::limit(Limit::Steps))
    }

    /// Pays for going through text.
    pub(crate) fn text(&mut self, length: usize) -> Res<()> {
        self.steps(length / BYTES_PER_STEP)
    }

    /// Pays for going through a value that a function takes, though not through
    /// what is in it.
    pub(crate) fn argument(&mut self, value: &Val<'_>) -> Res<()> {
        match value {
            Val::Str(text) => self.text(text.len()),
            list => self.steps(list.list_len().unwrap_or(0) / ITEMS_PER_STEP),
        }
    }

    /// Pays for looking through an object for a name, one field after the
    /// other.
    pub(crate) fn search(&mut self, value: &Val<'_>, name: &str) -> Res<()> {
        match value {
            // The name may be an index, which counts units of text.
            Val::Str(text) => self.text(text.len()),
            object => self.search_fields(object.field_count().unwrap_or(0), name),
        }
    }

    /// Pays for looking through so many fields for a name.
    #[inline]
    pub(crate) fn search_fields(&mut self, count: usize, name: &str) -> Res<()> {
        self.steps((count / ITEMS_PER_STEP).saturating_mul(1 + name.len() / BYTES_PER_STEP))
    }

    /// Pays for what is built: the bytes of text, and [`NODE`] per JSON node.
    #[inline]
    pub(crate) fn output(&mut self, count: usize) -> Res<()> {
        take(&mut self.output, count).ok_or_else(|| Fault::limit(Limit::Output))
    }

    /// How deep a value may be nested, checked by everything that recurses
    /// into one.
    pub(crate) fn check_depth(&self, depth: u32) -> Res<()> {
        if depth > self.depth { Err(Fault::limit(Limit::DataDepth)) } else { Ok(()) }
    }
}

#[inline]
fn take(left: &mut u64, count: usize) -> Option<()> {
    *left = left.checked_sub(count as u64)?;
    Some(())
}
