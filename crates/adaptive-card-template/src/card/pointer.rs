//! JSON pointers kept with a compiled template.

use std::sync::Arc;

use crate::error::{Step, pointer};

/// A way to a node. Ways share what they have in common and become text only
/// when asked for: a template may hold one long key above many objects.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pointer(Option<Arc<Link>>);

/// The last step of a way.
#[derive(Debug)]
struct Link {
    before: Pointer,
    step: OwnedStep,
    /// Bytes of the whole way as text, at most.
    len: usize,
}

#[derive(Debug)]
enum OwnedStep {
    Key(Box<str>),
    Index(usize),
}

impl Pointer {
    /// The way with one more step.
    pub(crate) fn join(&self, step: &Step<'_>) -> Self {
        // Escapes at most double a key; an index has at most twenty digits.
        let (step, len) = match *step {
            Step::Key(key) => (OwnedStep::Key(key.into()), 1 + 2 * key.len()),
            Step::Index(index) => (OwnedStep::Index(index), 21),
        };
        let len = self.len() + len;
        Self(Some(Arc::new(Link { before: self.clone(), step, len })))
    }

    /// Bytes of the pointer as text, at most.
    pub(crate) fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |link| link.len)
    }

    /// The pointer as text (RFC 6901).
    pub(crate) fn render(&self) -> String {
        let mut steps = Vec::new();
        let mut left = &self.0;
        while let Some(link) = left {
            steps.push(match &link.step {
                OwnedStep::Key(key) => Step::Key(key),
                OwnedStep::Index(index) => Step::Index(*index),
            });
            left = &link.before.0;
        }
        pointer(steps.iter().rev())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_share_their_beginning_and_print_as_rfc_6901_says() {
        let body = Pointer::default().join(&Step::Key("a/b~c"));
        let (first, second) = (body.join(&Step::Index(0)), body.join(&Step::Index(1)));
        assert_eq!(first.render(), "/a~1b~0c/0");
        assert_eq!(second.render(), "/a~1b~0c/1");
        assert!(first.len() >= first.render().len());
        let shared = |way: &Pointer| way.0.as_ref().and_then(|link| link.before.0.clone());
        let shared = shared(&first).zip(shared(&second));
        assert!(shared.is_some_and(|(first, second)| Arc::ptr_eq(&first, &second)));
    }
}
