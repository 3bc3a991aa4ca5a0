//! Addresses below Graph's root, segment by segment.

use beckon_domain::ids::AgentId;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but the unreserved characters of RFC 3986: chat ids hold `:` and `@`, membership ids
/// are base64.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// An id that cannot be a segment of an address.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoSegment;

/// A path with its query. An id can neither add a segment nor leave its own.
#[derive(Debug, Clone)]
pub(super) struct Path(String);

impl Path {
    /// One that starts with this collection.
    pub(super) fn of(collection: &'static str) -> Self {
        Self(format!("/{collection}"))
    }

    /// `/chats/{id}`.
    pub(super) fn chat(id: &str) -> Result<Self, NoSegment> {
        Self::of("chats").id(id)
    }

    /// `/users/{id}/teamwork/installedApps`.
    pub(super) fn apps_of_user(person: AgentId) -> Result<Self, NoSegment> {
        Ok(Self::of("users").id(&person.to_string())?.then("teamwork").then("installedApps"))
    }

    /// Appends a fixed segment.
    pub(super) fn then(mut self, segment: &'static str) -> Self {
        self.0.push('/');
        self.0.push_str(segment);
        self
    }

    /// Appends an id. `.` and `..` are refused: encoded or not, an address with them climbs.
    pub(super) fn id(mut self, id: &str) -> Result<Self, NoSegment> {
        if matches!(id, "" | "." | "..") {
            return Err(NoSegment);
        }
        self.0.push('/');
        self.0.extend(utf8_percent_encode(id, ENCODED));
        Ok(self)
    }

    /// Appends an option such as `$top`.
    pub(super) fn query(mut self, name: &'static str, value: &str) -> Self {
        self.0.push(if self.0.contains('?') { '&' } else { '?' });
        self.0.push_str(name);
        self.0.push('=');
        self.0.extend(utf8_percent_encode(value, ENCODED));
        self
    }

    /// The whole, to go below a root.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests;
