//! Everything that Teams would refuse in a package, or that would keep Beckon from working.
//!
//! [`schema`] holds the package against Microsoft's schemas of version 1.30. The other modules know
//! what those do not say: what pictures hold, which texts must differ, where paths lead, what the
//! parts of a manifest demand of each other, and what Beckon needs.

mod bots;
mod domains;
mod files;
mod icons;
mod languages;
mod permissions;
mod schema;
mod texts;

use serde_json::Value;

use super::{Finding, MANIFEST, Package};

/// Checks a package: every finding, by file and place. Teams takes it if none is an error.
pub fn check(package: &Package) -> Vec<Finding> {
    let mut found = Vec::new();
    files::names(package, &mut found);
    if let Some(manifest) = manifest(package, &mut found) {
        schema::manifest(&manifest, &mut found);
        texts::check(&manifest, &mut found);
        domains::check(&manifest, &mut found);
        bots::check(&manifest, &mut found);
        permissions::check(&manifest, &mut found);
        files::references(&manifest, package, &mut found);
        icons::check(&manifest, package, &mut found);
        languages::check(&manifest, package, &mut found);
    }
    found.sort_by(|a, b| (&a.file, &a.pointer, b.severity).cmp(&(&b.file, &b.pointer, a.severity)));
    found
}

fn manifest(package: &Package, found: &mut Vec<Finding>) -> Option<Value> {
    let Some(bytes) = package.get(MANIFEST) else {
        let inner = package.names().find(|name| name.ends_with("/manifest.json"));
        found.push(match inner {
            Some(inner) => Finding::error(
                MANIFEST,
                "",
                format!("is not at the root of the package; there is {inner}"),
                "put the files themselves into the archive, not their folder",
            ),
            None => Finding::error(
                MANIFEST,
                "",
                "is missing",
                "make the package with `beckon manifest build`",
            ),
        });
        return None;
    };
    json(MANIFEST, bytes, found)
}

/// Reads a file as JSON, or says why it is none.
fn json(file: &str, bytes: &[u8], found: &mut Vec<Finding>) -> Option<Value> {
    match serde_json::from_slice(bytes) {
        Ok(value) => Some(value),
        Err(_) if bytes.starts_with(b"\xef\xbb\xbf") => {
            let mend = "save it as UTF-8 without one";
            found.push(Finding::error(file, "", "begins with a byte order mark", mend));
            None
        }
        Err(error) => {
            found.push(Finding::error(file, "", format!("is not JSON: {error}"), "mend it there"));
            None
        }
    }
}

fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer).and_then(Value::as_str)
}

fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests;
