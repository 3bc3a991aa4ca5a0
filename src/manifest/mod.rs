//! The Teams app: its package is built from `manifests/` and the configuration, and checked.
//!
//! Teams knows a bot by an app package: a manifest, icons and translations in a ZIP archive that an
//! administrator uploads. [`Details`] takes from the configuration what the manifest says,
//! [`Details::package`] fills it in, [`check()`] looks for everything that Teams would refuse or that
//! would keep Beckon from working, and [`Package::archive`] gives the bytes. `docs/manifest.md`
//! tells what is asked for and why.

mod check;
mod details;
mod finding;
mod package;
mod version;

pub use check::check;
pub use details::{Details, DetailsError};
pub use finding::{Finding, Severity};
pub use package::{Package, PackageError};
pub use version::{AppVersion, BadVersion};

/// The path of the manifest in a package.
pub const MANIFEST: &str = "manifest.json";
