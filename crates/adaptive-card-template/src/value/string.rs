//! Text that is borrowed where possible and shared where it is kept.

use std::borrow::{Borrow, Cow};
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::rc::Rc;

/// Text of a value or a key.
#[derive(Clone, Debug)]
pub(crate) enum Text<'a> {
    /// Of the caller's data or of the template.
    Borrowed(&'a str),
    /// Just built; copying it copies the text.
    Owned(String),
    /// Kept in a list, an object or a variable, where it may be looked up any
    /// number of times.
    Shared(Rc<str>),
}

impl Text<'_> {
    /// The same text, cheap to copy from now on.
    pub(crate) fn shared(self) -> Self {
        match self {
            Self::Owned(text) => Self::Shared(text.into()),
            other => other,
        }
    }

    /// The text for somebody else to own.
    pub(crate) fn into_owned(self) -> String {
        match self {
            Self::Owned(text) => text,
            other => other.as_ref().to_owned(),
        }
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Owned(text) => text,
            Self::Shared(text) => text,
        }
    }
}

impl AsRef<str> for Text<'_> {
    fn as_ref(&self) -> &str {
        self
    }
}

impl Borrow<str> for Text<'_> {
    fn borrow(&self) -> &str {
        self
    }
}

impl std::fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self)
    }
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.as_ref() == other.as_ref()
    }
}

impl Eq for Text<'_> {}

impl Hash for Text<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_ref().hash(state);
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Self::Owned(text)
    }
}

/// Texts that nothing borrows from become owned ones.
impl From<&str> for Text<'_> {
    fn from(text: &str) -> Self {
        Self::Owned(text.to_owned())
    }
}

impl From<Cow<'_, str>> for Text<'_> {
    fn from(text: Cow<'_, str>) -> Self {
        Self::Owned(text.into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_text_is_one_text() {
        let text = Text::from("abc").shared();
        let (Text::Shared(one), Text::Shared(other)) = (text.clone(), text) else {
            panic!("owned text becomes shared");
        };
        assert!(Rc::ptr_eq(&one, &other));
    }

    #[test]
    fn all_kinds_compare_by_what_they_say() {
        let kinds = [Text::Borrowed("a"), Text::from("a"), Text::from("a").shared()];
        for (left, right) in kinds.iter().zip(kinds.iter().rev()) {
            assert_eq!(left, right);
        }
    }
}
