//! `beckon manifest`.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Subcommand;
use uuid::Uuid;

use crate::manifest::{AppVersion, Details, Finding, Package, Severity, check};

/// What to do with the Teams app.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make the package that is uploaded to Teams. The same configuration gives the same bytes.
    Build {
        /// The package.
        #[arg(long, short, default_value = "beckon-teams.zip")]
        out: PathBuf,
        /// The package's version, three numbers; higher than that of the last upload. By default
        /// `manifest.version`, else Beckon's.
        #[arg(long = "version", value_name = "X.Y.Z")]
        number: Option<AppVersion>,
        /// The app's id in Teams. By default `manifest.id`, else `bot.app_id`.
        #[arg(long, value_name = "GUID")]
        id: Option<Uuid>,
    },
    /// Say everything that is wrong with a package: a ZIP archive or a folder.
    Check {
        /// The package.
        #[arg(default_value = "beckon-teams.zip")]
        package: PathBuf,
    },
}

/// Runs the command; `config` is where the configuration is.
pub(super) fn run(config: &Path, command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Build { out, number, id } => build(config, out, *number, *id),
        Command::Check { package } => examine(package),
    }
}

fn build(
    config: &Path,
    out: &Path,
    version: Option<AppVersion>,
    id: Option<Uuid>,
) -> anyhow::Result<()> {
    let details = Details::new(&super::load(config)?, id, version)?;
    let package = details.package()?;
    let mut found = details.warnings().to_vec();
    found.extend(check(&package));
    if report(&found)? > 0 {
        bail!("{} is not written", out.display());
    }
    std::fs::write(out, package.archive()?)
        .with_context(|| format!("cannot write {}", out.display()))?;
    let (id, version) = (details.id(), details.version());
    super::print(&format!("{} holds version {version} of the app {id}", out.display()))?;
    super::print("Upload it in the Teams admin center: Teams apps, Manage apps, Upload new app.")
}

fn examine(path: &Path) -> anyhow::Result<()> {
    let found = check(&Package::read(path)?);
    match report(&found)? {
        0 => super::print(&format!("{} is fit for Teams", path.display())),
        1 => bail!("{} has an error", path.display()),
        errors => bail!("{} has {errors} errors", path.display()),
    }
}

/// Prints the findings; how many are errors.
fn report(found: &[Finding]) -> anyhow::Result<usize> {
    for finding in found {
        super::print(&finding.to_string())?;
    }
    Ok(found.iter().filter(|finding| finding.severity == Severity::Error).count())
}
