//! Reading what channels really send: ids as numbers, `null` for "nothing".

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

/// An id: usually a string, defensively also a number.
#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Text(String),
    Unsigned(u64),
    Signed(i64),
}

impl From<Id> for String {
    fn from(id: Id) -> Self {
        match id {
            Id::Text(text) => text,
            Id::Unsigned(number) => number.to_string(),
            Id::Signed(number) => number.to_string(),
        }
    }
}

/// A required id.
pub(super) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Id::deserialize(deserializer).map(String::from)
}

/// An optional id; `null` means none.
pub(super) fn opt_id<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    Option::<Id>::deserialize(deserializer).map(|id| id.map(String::from))
}

/// A text that is nice to have; anything else is none, since an activity must
/// not be lost over it.
pub(super) fn opt_text<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Wire {
        Text(String),
        Other(IgnoredAny),
    }
    Ok(match Wire::deserialize(deserializer)? {
        Wire::Text(text) => Some(text),
        Wire::Other(IgnoredAny) => None,
    })
}

/// An array; `null` means an empty one, and `null` elements are skipped.
pub(super) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let elements = Option::<Vec<Option<T>>>::deserialize(deserializer)?;
    Ok(elements.unwrap_or_default().into_iter().flatten().collect())
}
