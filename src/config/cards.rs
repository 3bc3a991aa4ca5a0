//! `[tenant.cards]`, `[tenant.service.cards]` and languages: how cards look.

use std::path::PathBuf;

use jiff::tz::TimeZone;
use serde::Deserialize;

use super::{Config, ConfigError, Tenant};
use crate::teams::cards::{Look, ServiceLook};

/// Cards that take the place of the built-in ones.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cards {
    /// A folder. A file in it takes the place of the built-in one of the same name: `NAME.json`,
    /// `partials/NAME.json`; texts in `texts/LANGUAGE.json` one by one. Default: none.
    pub dir: Option<PathBuf>,
}

impl Config {
    /// How each tenant's cards look.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] for a time zone that there is not.
    pub fn looks(&self) -> Result<Vec<Look>, ConfigError> {
        self.tenants.iter().map(look).collect()
    }
}

fn look(tenant: &Tenant) -> Result<Look, ConfigError> {
    Ok(Look {
        tenant: tenant.id,
        folder: tenant.cards.dir.clone(),
        language: tenant.language.clone(),
        zone: zone(tenant)?,
        services: tenant
            .services
            .iter()
            .map(|service| ServiceLook {
                service: service.id.clone(),
                folder: service.cards.dir.clone(),
                language: service.language.clone(),
            })
            .collect(),
    })
}

fn zone(tenant: &Tenant) -> Result<TimeZone, ConfigError> {
    let Some(name) = &tenant.time_zone else { return Ok(TimeZone::UTC) };
    TimeZone::get(name).map_err(|_| {
        ConfigError::invalid(
            format!("tenant {}: time_zone", tenant.id),
            format!("{name:?} is no IANA time zone; write e.g. \"Europe/Zurich\""),
        )
    })
}
