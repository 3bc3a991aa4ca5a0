//! An edit of what went to a customer, as it stays on record.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What somebody made of a message that the customer keeps as it was sent. The new words are not
/// kept: events stay for longer than messages do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored")]
pub struct RoomEdit {
    /// The message's place in the session.
    pub message: u64,
    /// Whether it was deleted.
    pub deleted: bool,
    /// What tells the new text from others; `None`: it was deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
}

impl RoomEdit {
    /// The edit that makes this of a message; `None`: it is deleted. Two that make the same of it are
    /// equal.
    pub fn to(message: u64, text: Option<&str>) -> Self {
        Self { message, deleted: text.is_none(), digest: text.map(digest) }
    }
}

/// As it is read: until digests were kept, the text itself was.
#[derive(Deserialize)]
struct Stored {
    message: u64,
    #[serde(default)]
    digest: Option<String>,
    #[serde(default)]
    text: Option<String>,
}

impl From<Stored> for RoomEdit {
    fn from(stored: Stored) -> Self {
        let digest = stored.digest.or_else(|| stored.text.as_deref().map(digest));
        Self { message: stored.message, deleted: digest.is_none(), digest }
    }
}

/// The first 64 bits of a SHA-256, in hex: one edit after another is told apart, and no more.
fn digest(text: &str) -> String {
    let head = Sha256::digest(text).into_iter().take(8);
    format!("{:016x}", head.fold(0_u64, |number, byte| number << 8 | u64::from(byte)))
}
