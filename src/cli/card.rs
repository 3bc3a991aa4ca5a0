//! `beckon card`: what agents see, for those who change it.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Subcommand};

use super::{gallery, print};
use crate::teams::cards::{Cards, Kind, Sample};

/// What `beckon card` can do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the cards with their samples, languages and files.
    List(Folder),
    /// Print a card as it is sent.
    Expand(Expand),
    /// Check every card with every sample in every language; the exit code says whether all is
    /// well.
    Check {
        /// A folder with cards, partials or texts of your own. Default: the built-in cards alone.
        dir: Option<PathBuf>,
    },
    /// Write one HTML page that shows every card, light and dark, as Microsoft's renderer draws it.
    Preview {
        /// The page.
        #[arg(long, default_value = "cards.html")]
        out: PathBuf,
        #[command(flatten)]
        folder: Folder,
    },
}

/// Cards of one's own.
#[derive(Debug, Args)]
pub(super) struct Folder {
    /// A folder with cards, partials or texts of your own. Default: the built-in cards alone.
    #[arg(long)]
    dir: Option<PathBuf>,
}

/// A card and what it is drawn with.
#[derive(Debug, Args)]
pub(super) struct Expand {
    /// The card, e.g. `invitation`; `beckon card list` names them all.
    card: String,
    /// The language, e.g. `de`.
    #[arg(long, default_value = "en")]
    language: String,
    /// The sample, e.g. `minimal` or `taken.full`. Default: the first one of the card.
    #[arg(long)]
    sample: Option<String>,
    /// A JSON file with what the template binds, in place of a sample.
    #[arg(long, conflicts_with = "sample")]
    data: Option<PathBuf>,
    #[command(flatten)]
    folder: Folder,
}

/// Carries out `beckon card`.
pub(super) fn run(command: &Command) -> anyhow::Result<()> {
    match command {
        Command::List(folder) => list(folder.dir.as_deref()),
        Command::Expand(expand) => print(&expanded(expand)?),
        Command::Check { dir } => check(dir.as_deref()),
        Command::Preview { out, folder } => {
            let page = gallery::page(&Cards::of_folder(folder.dir.as_deref())?)?;
            std::fs::write(out, page).with_context(|| format!("cannot write {}", out.display()))?;
            print(&format!("{}: open it in a browser", out.display()))
        }
    }
}

fn list(dir: Option<&Path>) -> anyhow::Result<()> {
    let cards = Cards::of_folder(dir)?;
    for kind in Kind::all() {
        let (languages, files): (Vec<_>, Vec<_>) = cards.languages(kind).unzip();
        let file = files.first().copied().unwrap_or_default();
        print(&format!("{:<11} {}  ({})", kind.name(), file, languages.join(", ")))?;
        let samples: Vec<_> = of_kind(kind).iter().map(Sample::name).collect();
        print(&format!("{:<11} {}", "", samples.join(" ")))?;
    }
    Ok(())
}

fn of_kind(kind: Kind) -> Vec<Sample> {
    Sample::all().into_iter().filter(|sample| sample.kind() == kind).collect()
}

fn expanded(wanted: &Expand) -> anyhow::Result<String> {
    let Expand { card, language, sample, data, folder } = wanted;
    let cards = Cards::of_folder(folder.dir.as_deref())?;
    let name = card.strip_suffix(".json").unwrap_or(card);
    let Some(kind) = Kind::from_name(name) else {
        let known: Vec<_> = Kind::all().map(Kind::name).collect();
        anyhow::bail!("there is no card {name:?}; there are {}", known.join(", "));
    };
    if !cards.languages(kind).any(|(known, _)| known == language) {
        let known: Vec<_> = cards.languages(kind).map(|(known, _)| known).collect();
        anyhow::bail!("there are no cards in {language:?}; there are {}", known.join(", "));
    }
    let card = if let Some(path) = data {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        let data = serde_json::from_str(&text)
            .with_context(|| format!("{} is not JSON", path.display()))?;
        cards.expand(kind, language, &data)?
    } else {
        let samples = of_kind(kind);
        let named = |one: &&Sample| sample.as_ref().is_none_or(|name| one.name() == *name);
        let Some(sample) = samples.iter().find(named) else {
            let known: Vec<_> = samples.iter().map(Sample::name).collect();
            anyhow::bail!("there is no such sample of {name}; there are {}", known.join(", "));
        };
        cards.draw_sample(sample, language)?.card
    };
    Ok(serde_json::to_string_pretty(&card)?)
}

fn check(dir: Option<&Path>) -> anyhow::Result<()> {
    let checked = Cards::of_folder(dir)?.check()?;
    for finding in &checked.findings {
        print(&finding.to_string())?;
    }
    anyhow::ensure!(
        checked.findings.is_empty(),
        "wrong: {} of {}",
        checked.wrong(),
        super::count(checked.cards, "card")
    );
    print(&format!("valid: {}", super::count(checked.cards, "card")))
}
