//! Identifiers in the forms Teams uses, drawn from a seed.
//!
//! A person's ids depend on the seed and the name alone, so a demo keeps its people across
//! restarts; all other ids come from one stream.

use uuid::Builder;

/// A small seeded generator (`SplitMix64`): ids must be distinct and repeatable, not secret.
#[derive(Debug, Clone)]
pub(crate) struct Ids {
    state: u64,
    last_message_ms: i64,
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

impl Ids {
    /// A stream for `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed, last_message_ms: 0 }
    }

    /// A stream of its own for what belongs to `name` (FNV-1a over its bytes).
    pub(crate) fn named(seed: u64, name: &str) -> Self {
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self::new(hash ^ seed)
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A GUID: tenants, Entra objects, requests.
    pub(crate) fn guid(&mut self) -> String {
        let mut bytes = [0_u8; 16];
        bytes[..8].copy_from_slice(&self.next().to_be_bytes());
        bytes[8..].copy_from_slice(&self.next().to_be_bytes());
        Builder::from_random_bytes(bytes).into_uuid().to_string()
    }

    /// `length` characters of the URL-safe base64 alphabet.
    pub(crate) fn opaque(&mut self, length: usize) -> String {
        (0..length).map(|_| char::from(ALPHABET[(self.next() & 63) as usize])).collect()
    }

    /// A message id: decimal epoch milliseconds, strictly rising so that no two are equal.
    pub(crate) fn message(&mut self, now_ms: i64) -> String {
        self.last_message_ms = now_ms.max(self.last_message_ms + 1);
        self.last_message_ms.to_string()
    }

    /// A group chat id as Graph gives it.
    pub(crate) fn group_chat(&mut self) -> String {
        format!("19:{}@thread.v2", self.guid().replace('-', ""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_ids_whatever_else_was_drawn() {
        assert_eq!(Ids::named(1, "Ada").guid(), Ids::named(1, "Ada").guid());
        assert_ne!(Ids::named(1, "Ada").guid(), Ids::named(1, "Grace").guid());
        assert_ne!(Ids::named(1, "Ada").guid(), Ids::named(2, "Ada").guid());
    }

    #[test]
    fn message_ids_rise_even_within_a_millisecond() {
        let mut ids = Ids::new(1);
        assert_eq!(ids.message(1_000), "1000");
        assert_eq!(ids.message(1_000), "1001");
        assert_eq!(ids.message(900), "1002");
        assert_eq!(ids.message(2_000), "2000");
    }
}
