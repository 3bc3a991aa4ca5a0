//! `[tenant.cards]`, `[tenant.service.cards]` and languages: how cards look.

use std::path::PathBuf;

use serde::Deserialize;

use super::{Config, Tenant, card_rules};
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
    pub fn looks(&self) -> Vec<Look> {
        self.tenants.iter().map(look).collect()
    }
}

fn look(tenant: &Tenant) -> Look {
    Look {
        tenant: tenant.id,
        folder: tenant.cards.dir.clone(),
        language: tenant.language.clone(),
        zone: tenant.time_zone.0.clone(),
        services: tenant
            .services
            .iter()
            .map(|service| ServiceLook {
                service: service.id.clone(),
                folder: service.cards.dir.clone(),
                language: service.language.clone(),
                wrap_up: service.wrap_up.settings(service.wrap_up_seconds),
                parameters: card_rules::settings(service).parameters,
            })
            .collect(),
    }
}
