//! Which keys the `OpenID` document publishes and which one signs.

use std::sync::{Arc, OnceLock};

use serde_json::{Value, json};

use crate::{Error, keys::SigningKey};

#[derive(Debug)]
struct Entry {
    key: Arc<SigningKey>,
    published: bool,
}

/// The first key of every fake in this process: making one takes longer than most tests.
fn first_key() -> Result<Arc<SigningKey>, Error> {
    static FIRST: OnceLock<Arc<SigningKey>> = OnceLock::new();
    if let Some(key) = FIRST.get() {
        return Ok(Arc::clone(key));
    }
    let key = Arc::new(SigningKey::generate()?);
    Ok(Arc::clone(FIRST.get_or_init(|| key)))
}

/// All keys of the fake; the last one signs.
#[derive(Debug)]
pub(crate) struct KeyRing {
    entries: Vec<Entry>,
    endorsements: Vec<String>,
}

impl KeyRing {
    /// A ring with one published key that is endorsed for Teams.
    pub(crate) fn new() -> Result<Self, Error> {
        let first = Entry { key: first_key()?, published: true };
        Ok(Self { entries: vec![first], endorsements: vec!["msteams".to_owned()] })
    }

    /// Adds a key that signs from now on. A hidden one is missing from the JWKS until
    /// [`publish_all`](Self::publish_all), as when a verifier's copy is stale.
    pub(crate) fn rotate(&mut self, published: bool) -> Result<(), Error> {
        let key = Arc::new(SigningKey::generate()?);
        self.entries.push(Entry { key, published });
        Ok(())
    }

    /// Puts every key into the JWKS.
    pub(crate) fn publish_all(&mut self) {
        for entry in &mut self.entries {
            entry.published = true;
        }
    }

    /// Removes all but the signing key, from the JWKS too.
    pub(crate) fn withdraw_old(&mut self) {
        let keep = self.entries.len().saturating_sub(1);
        self.entries.drain(..keep);
    }

    /// Sets the `endorsements` of all keys; empty as once seen in production (bot-docs#2300).
    pub(crate) fn set_endorsements(&mut self, endorsements: Vec<String>) {
        self.endorsements = endorsements;
    }

    /// The key that signs.
    pub(crate) fn current(&self) -> Result<Arc<SigningKey>, Error> {
        self.entries.last().map(|entry| Arc::clone(&entry.key)).ok_or(Error::Key)
    }

    /// The JWKS document.
    pub(crate) fn jwks(&self) -> Value {
        let keys: Vec<Value> = self
            .entries
            .iter()
            .filter(|entry| entry.published)
            .map(|entry| entry.key.jwk(&self.endorsements))
            .collect();
        json!({ "keys": keys })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kids(ring: &KeyRing) -> Vec<String> {
        let jwks = ring.jwks();
        let keys = jwks["keys"].as_array().unwrap();
        keys.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn a_hidden_key_signs_before_it_is_published() {
        let mut ring = KeyRing::new().unwrap();
        let first = ring.current().unwrap().kid().to_owned();
        ring.rotate(false).unwrap();
        let second = ring.current().unwrap().kid().to_owned();
        assert_ne!(first, second);
        assert_eq!(kids(&ring), std::slice::from_ref(&first));
        ring.publish_all();
        assert_eq!(kids(&ring), [first, second.clone()]);
        ring.withdraw_old();
        assert_eq!(kids(&ring), [second]);
    }
}
