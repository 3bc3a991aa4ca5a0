//! From the configuration to the package.

use adaptive_card_template::{CompileError, Context, ExpandError, Template};
use serde_json::{Value, json};
use thiserror::Error;
use url::{Host, Url};
use uuid::Uuid;

use super::{AppVersion, BadVersion, Finding, MANIFEST, Package};
use crate::config::Config;

/// The files with placeholders, filled in by [`Details::package`].
const TEXTS: [(&str, &str); 3] = [
    (MANIFEST, include_str!("../../manifests/manifest.json")),
    ("en.json", include_str!("../../manifests/en.json")),
    ("de.json", include_str!("../../manifests/de.json")),
];

/// The files that are as they are.
const ICONS: [(&str, &[u8]); 3] = [
    ("color.png", include_bytes!("../../manifests/icons/color.png")),
    ("color32.png", include_bytes!("../../manifests/icons/color32.png")),
    ("outline.png", include_bytes!("../../manifests/icons/outline.png")),
];

/// The settings as findings name them.
const SETTINGS: &str = "configuration";

/// What the manifest says about this Beckon.
#[derive(Clone, Debug)]
pub struct Details {
    id: Uuid,
    version: AppVersion,
    bot: Uuid,
    host: String,
    name: String,
    developer: String,
    website: Url,
    privacy: Url,
    terms: Url,
    warnings: Vec<Finding>,
}

/// A configuration of which no package can be made.
#[derive(Debug, Error)]
pub enum DetailsError {
    /// Nobody outside this machine can reach Beckon.
    #[error(
        "server.public_url: {0} is reached from this machine only; set it to the https address \
         under which Teams and your agents reach Beckon, such as https://beckon.example.com"
    )]
    NotPublic(String),
    /// An id is none.
    #[error("bot.app_id: {0:?} must be a GUID as the app registration shows it")]
    BadId(String),
    /// Beckon's own version is not one that Teams takes.
    #[error("manifest.version: is not set, and Beckon's own will not do: {0}")]
    Version(#[from] BadVersion),
    /// A file of `manifests/` is not JSON.
    #[error("manifests/{file}: {source}")]
    Json {
        /// The file.
        file: &'static str,
        /// What is wrong and where.
        source: serde_json::Error,
    },
    /// A placeholder in a file of `manifests/` is malformed.
    #[error("manifests/{file}: {source}")]
    Compile {
        /// The file.
        file: &'static str,
        /// What is wrong and where.
        source: CompileError,
    },
    /// A placeholder in a file of `manifests/` cannot be filled in.
    #[error("manifests/{file}: {source}")]
    Expand {
        /// The file.
        file: &'static str,
        /// What is wrong and where.
        source: ExpandError,
    },
}

impl Details {
    /// Takes the details from the configuration; an id and a version that are given win.
    ///
    /// # Errors
    /// [`DetailsError`], naming the setting and the mend.
    pub fn new(
        config: &Config,
        id: Option<Uuid>,
        version: Option<AppVersion>,
    ) -> Result<Self, DetailsError> {
        let section = &config.manifest;
        let bot = &config.bot.app_id;
        let bot = Uuid::parse_str(bot).map_err(|_| DetailsError::BadId(bot.clone()))?;
        let public = config.server.public_url(config.server.bind);
        let not_public = || DetailsError::NotPublic(public.clone());
        let public = Url::parse(&public).map_err(|_| not_public())?;
        let host = public.host().filter(|host| !is_local(host)).ok_or_else(not_public)?;

        let mut warnings = Vec::new();
        let mut warn = |key: &str, problem: String, mend: &str| {
            warnings.push(Finding::warning(SETTINGS, key, problem, mend));
        };
        if !matches!(host, Host::Domain(_)) {
            let problem = format!("{host} is an address, and tabs are shown from domains only");
            warn("server.public_url", problem, "give Beckon a name");
        }
        if let Some(port) = public.port() {
            let problem = format!("Teams calls bots on port 443, not on {port}");
            warn("server.public_url", problem, "let the reverse proxy listen on 443, too");
        }
        let website = section.website_url.clone().unwrap_or_else(|| public.clone());
        let mut or_website = |key: &str, url: &Option<Url>| {
            url.clone().unwrap_or_else(|| {
                let problem = format!("is not set; the app's page in Teams links to {website}");
                warn(key, problem, "set it to the page where people can read it");
                website.clone()
            })
        };
        let privacy = or_website("manifest.privacy_url", &section.privacy_url);
        let terms = or_website("manifest.terms_of_use_url", &section.terms_of_use_url);
        let version = match version.or(section.version) {
            Some(version) => version,
            None => AppVersion::of_beckon()?,
        };
        Ok(Self {
            id: id.or(section.id).unwrap_or(bot),
            version,
            bot,
            host: host.to_string(),
            name: section.name.clone(),
            developer: section.developer.clone(),
            website,
            privacy,
            terms,
            warnings,
        })
    }

    /// The app's id in Teams.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// The package's version.
    pub fn version(&self) -> AppVersion {
        self.version
    }

    /// What the configuration leaves to be wished for.
    pub fn warnings(&self) -> &[Finding] {
        &self.warnings
    }

    /// The package with everything filled in.
    ///
    /// # Errors
    /// [`DetailsError`], which only a broken file in `manifests/` causes.
    pub fn package(&self) -> Result<Package, DetailsError> {
        let bindings = self.bindings();
        let mut package = Package::default();
        for (file, text) in TEXTS {
            package.insert(file, fill(file, text, &bindings)?);
        }
        for (file, content) in ICONS {
            package.insert(file, content);
        }
        Ok(package)
    }

    fn bindings(&self) -> Value {
        json!({
            "id": self.id,
            "version": self.version.to_string(),
            "bot_id": self.bot,
            "host": self.host,
            "name": self.name,
            // The form that single sign-on in tabs asks for where an app has tabs and a bot; for
            // the permissions alone any text would do.
            "resource": format!("api://{}/botid-{}", self.host, self.bot),
            "developer": {
                "name": self.developer,
                "website_url": self.website,
                "privacy_url": self.privacy,
                "terms_of_use_url": self.terms,
            },
        })
    }
}

/// Whether an address leads to the machine itself, or nowhere.
pub(super) fn is_local<S: AsRef<str>>(host: &Host<S>) -> bool {
    match host {
        Host::Domain(name) => {
            let name = name.as_ref().trim_end_matches('.').to_ascii_lowercase();
            name == "localhost" || name.ends_with(".localhost")
        }
        Host::Ipv4(address) => address.is_loopback() || address.is_unspecified(),
        Host::Ipv6(address) => address.is_loopback() || address.is_unspecified(),
    }
}

fn fill(file: &'static str, text: &str, bindings: &Value) -> Result<Vec<u8>, DetailsError> {
    let json = |source| DetailsError::Json { file, source };
    let source: Value = serde_json::from_str(text).map_err(json)?;
    let template =
        Template::compile(&source).map_err(|source| DetailsError::Compile { file, source })?;
    let filled = template
        .expand(&Context::new(bindings))
        .map_err(|source| DetailsError::Expand { file, source })?;
    let mut bytes = serde_json::to_vec_pretty(&filled).map_err(json)?;
    bytes.push(b'\n');
    Ok(bytes)
}

#[cfg(test)]
mod tests;
