//! Which files there are, and which are spoken of.

use serde_json::Value;

use super::{list, text};
use crate::manifest::{Finding, MANIFEST, Package};

/// Every path that a manifest of Beckon's kind names, with its place.
pub(super) fn named(manifest: &Value) -> Vec<(String, &str)> {
    let mut pointers: Vec<String> = [
        "/icons/color",
        "/icons/outline",
        "/icons/color32x32",
        "/localizationInfo/defaultLanguageFile",
    ]
    .map(str::to_owned)
    .to_vec();
    let more = list(manifest, "/localizationInfo/additionalLanguages").len();
    pointers.extend((0..more).map(|i| format!("/localizationInfo/additionalLanguages/{i}/file")));
    let path = |pointer: String| text(manifest, &pointer).map(|path| (pointer.clone(), path));
    pointers.into_iter().filter_map(path).collect()
}

/// Looks at the paths in the archive itself.
pub(super) fn names(package: &Package, found: &mut Vec<Finding>) {
    for name in package.names() {
        if let Err(problem) = relative(name) {
            let mend = "make the archive anew";
            found.push(Finding::error(name, "", problem, mend));
        }
    }
}

/// Looks whether every file that is spoken of is there, and the other way round.
pub(super) fn references(manifest: &Value, package: &Package, found: &mut Vec<Finding>) {
    let named = named(manifest);
    for (pointer, path) in &named {
        if let Err(problem) = relative(path) {
            let mend = "name a file of the package, by its path from the root";
            found.push(Finding::error(MANIFEST, pointer, format!("{path:?} {problem}"), mend));
        } else if package.get(path).is_none() {
            let mend = match package.names().find(|name| name.eq_ignore_ascii_case(path)) {
                Some(other) => format!("write {other:?}, as the file is named"),
                None => "put the file into the package".to_owned(),
            };
            let problem = format!("{path:?} is not in the package");
            found.push(Finding::error(MANIFEST, pointer, problem, mend));
        }
    }
    for name in package.names() {
        if name != MANIFEST && !named.iter().any(|(_, path)| *path == name) {
            let problem = "is not named in the manifest, so Teams has no use for it";
            found.push(Finding::warning(name, "", problem, "leave it out"));
        }
    }
}

fn relative(path: &str) -> Result<(), &'static str> {
    if path.is_empty() {
        Err("is empty")
    } else if path.contains('\\') {
        Err("has a backslash; paths in packages have /")
    } else if path.starts_with('/') || path.contains(':') {
        Err("is not a relative path")
    } else if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
        Err("leads out of the package or has empty parts")
    } else {
        Ok(())
    }
}
