//! What an expansion finds odd without failing.

use std::fmt;

/// An object that was left out for a reason its author may not have meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// JSON pointer (RFC 6901) of the object in the template.
    pub pointer: String,
    /// What happened.
    pub kind: WarningKind,
}

/// Sorts of [`Warning`]. They are given where the engine gives them, so a
/// plain `false` has one, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WarningKind {
    /// The `$when` gave false, 0, null, nothing or an error.
    WhenNotTrue,
    /// The `$when` is no binding but a literal such as `true` or `"yes"`.
    WhenNotABinding,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            WarningKind::WhenNotTrue => "is not true",
            WarningKind::WhenNotABinding => "is not a binding",
        };
        write!(f, "object at \"{}\" left out: its $when {what}", self.pointer)
    }
}
