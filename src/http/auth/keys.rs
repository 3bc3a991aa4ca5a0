//! API keys: long random texts, of which only the SHA-256 is known here.

use std::collections::HashMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::{Principal, Role, Scope};
use crate::clock::Clock;
use crate::config::Tenant;

/// Every configured key by its digest. A key has 256 random bits, so a plain digest cannot be
/// guessed back and the look-up needs no constant time.
#[derive(Default)]
pub struct Keys {
    known: HashMap<[u8; 32], Principal>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("known", &self.known.len()).finish()
    }
}

impl Keys {
    /// The keys of the configuration, which was checked when it was loaded.
    pub fn new(tenants: &[Tenant]) -> Self {
        let mut known = HashMap::new();
        for tenant in tenants {
            for key in &tenant.keys {
                if let (Some(digest), Some(role)) =
                    (digest_from_hex(&key.sha256), Role::of(key.role, key.agent))
                {
                    let services = (!key.services.is_empty()).then(|| key.services.clone().into());
                    let name = Some(key.name.as_str().into());
                    let principal = Principal { tenant: tenant.id, role, services, key: name };
                    known.insert(digest, principal);
                }
            }
        }
        Self { known }
    }

    /// Whose key it is.
    pub fn principal(&self, key: &str) -> Option<&Principal> {
        self.known.get(&digest(key))
    }

    /// Who reads reports with a token that was issued for the key of this digest: what they may
    /// read is what the key may, as configured now; all else that it may is left behind. A key that
    /// has become one of a program reads nothing.
    pub(super) fn reader(&self, digest: &[u8; 32]) -> Option<Principal> {
        let key = self.known.get(digest)?;
        key.role.may(Scope::Reports).then(|| {
            let role = Role::Reader(key.role.own());
            Principal { role, ..key.clone() }
        })
    }
}

/// The SHA-256 of a key.
pub(in crate::http) fn digest(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

/// Makes a key: the key itself, to be kept by its user, and the SHA-256 for the configuration.
pub fn new_key(clock: &dyn Clock) -> (String, String) {
    let mut bytes = [0; 32];
    clock.random(&mut bytes);
    let key = format!("bk_{}", URL_SAFE_NO_PAD.encode(bytes));
    let digest = Sha256::digest(key.as_bytes());
    let hex = digest.iter().fold(String::with_capacity(64), |mut hex, byte| {
        use fmt::Write;
        // Writing into a String cannot fail.
        let _infallible = write!(hex, "{byte:02x}");
        hex
    });
    (key, hex)
}

fn digest_from_hex(hex: &str) -> Option<[u8; 32]> {
    let mut digest = [0; 32];
    if hex.len() != 64 {
        return None;
    }
    for (byte, pair) in digest.iter_mut().zip(hex.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(digest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;

    #[test]
    fn the_printed_hash_is_the_one_that_is_looked_up() {
        let (key, hex) = new_key(&SystemClock);
        let tenant = beckon_domain::ids::TenantId(uuid::Uuid::nil());
        let principal = Principal::new(tenant, Role::Admin);
        let keys =
            Keys { known: HashMap::from([(digest_from_hex(&hex).unwrap(), principal.clone())]) };
        assert_eq!(keys.principal(&key), Some(&principal));
        assert_eq!(keys.principal("bk_another"), None);
        assert_eq!(digest_from_hex(&"é".repeat(32)), None, "two bytes a letter, no panic");
    }
}
