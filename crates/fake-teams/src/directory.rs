//! The people of the tenant, found by any of their ids.

use std::collections::{BTreeSet, HashMap};

use crate::ids::Ids;

/// The client every person has.
pub(crate) const DESKTOP: &str = "desktop";

/// A person of the tenant.
#[derive(Debug, Clone)]
pub(crate) struct PersonRecord {
    /// Entra object id.
    pub(crate) id: String,
    pub(crate) name: String,
    /// The chat id of the person, good for this bot only.
    pub(crate) mri: String,
    pub(crate) upn: String,
    /// The id of the 1:1 chat with the bot.
    pub(crate) chat: String,
    pub(crate) clients: BTreeSet<String>,
    /// Whether they are a guest of the tenant: somebody from elsewhere with an account here.
    pub(crate) guest: bool,
}

impl PersonRecord {
    /// The person of this name: the same ids for the same seed, whoever else there is.
    pub(crate) fn new(seed: u64, name: &str) -> Self {
        let mut ids = Ids::named(seed, name);
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '.' };
        let local: String = name.to_lowercase().chars().map(plain).collect();
        Self {
            id: ids.guid(),
            name: name.to_owned(),
            mri: format!("29:1{}", ids.opaque(60)),
            upn: format!("{local}@contoso.example"),
            chat: format!("a:1{}", ids.opaque(60)),
            clients: BTreeSet::from([DESKTOP.to_owned()]),
            guest: false,
        }
    }
}

/// All people, in the order they came.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    people: Vec<PersonRecord>,
    by_key: HashMap<String, usize>,
}

impl Directory {
    pub(crate) fn add(&mut self, person: PersonRecord) {
        let place = self.people.len();
        // A display name is the weakest key: it never hides an id, nor an earlier person.
        for key in [&person.id, &person.mri, &person.upn] {
            self.by_key.insert(key.clone(), place);
        }
        self.by_key.entry(person.name.clone()).or_insert(place);
        self.people.push(person);
    }

    /// The person with this Entra object id, chat id, user principal name or display name.
    pub(crate) fn find(&self, key: &str) -> Option<&PersonRecord> {
        let place = self.by_key.get(key).or_else(|| self.by_key.get(&key.to_lowercase()))?;
        self.people.get(*place)
    }

    /// Makes a person a guest of the tenant.
    pub(crate) fn make_guest(&mut self, person: &str) {
        if let Some(place) = self.by_key.get(person) {
            self.people[*place].guest = true;
        }
    }

    /// Notes that the person has a client of this name.
    pub(crate) fn add_client(&mut self, person: &str, client: &str) {
        if let Some(place) = self.by_key.get(person) {
            self.people[*place].clients.insert(client.to_owned());
        }
    }

    pub(crate) fn all(&self) -> &[PersonRecord] {
        &self.people
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_found_by_every_id_and_guids_in_any_case() {
        let mut directory = Directory::default();
        let ada = PersonRecord::new(1, "Ada Lovelace");
        directory.add(ada.clone());
        assert_eq!(ada.upn, "ada.lovelace@contoso.example");
        for key in [&ada.id, &ada.id.to_uppercase(), &ada.mri, &ada.upn, "Ada Lovelace"] {
            assert_eq!(directory.find(key).map(|person| &person.id), Some(&ada.id), "{key}");
        }
        assert!(directory.find(&ada.mri.to_lowercase()).is_none(), "chat ids keep their case");
    }
}
