//! Cards: from the rows to the JSON that Teams draws.
//!
//! Each card is a template in `cards/`, its words in `cards/texts/`. Templates are put together,
//! checked and compiled once, in every language. A tenant and a service may bring a folder with
//! files of the same names, which take the place of the built-in ones; those are inside the binary.

mod bind;
mod check;
mod error;
mod include;
mod kind;
mod longest;
mod look;
mod phrases;
mod samples;
mod set;
mod source;
mod texts;

use std::path::Path;

use beckon_domain::face::{CardData, Face, card_data};
use beckon_domain::ids::TenantId;
use beckon_domain::invitation::InvitationState;
use beckon_domain::text::on_card;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

pub use self::check::{Checked, Finding};
pub use self::error::CardError;
pub use self::kind::Kind;
pub use self::look::{Look, ServiceLook};
pub use self::samples::Sample;

use self::bind::{Bindings, People};
use self::look::{Looks, locale_of};
use self::set::{Language, Set};
use self::source::Sources;
use crate::directory::Tenant;
use crate::store::CardRows;

/// The verb of a client that asks for the card as it stands.
pub(super) const REFRESH: &str = "refresh";

/// Every card, compiled, for every tenant and service.
#[derive(Debug)]
pub struct Cards {
    looks: Looks,
    public_url: String,
}

/// A card with the line that stands for it in notifications.
#[derive(Debug)]
pub struct Drawn {
    /// The Adaptive Card.
    pub card: Value,
    /// One plain sentence: the toast and the feed show it instead of the card.
    pub summary: String,
}

impl Cards {
    /// Compiles the cards. `public_url` is where links on cards lead, without a slash at the end;
    /// `looks` is what tenants want to be different.
    ///
    /// # Errors
    /// [`CardError`] for the first file that is wrong. Folders are also checked as `beckon card
    /// check` does.
    pub fn new(public_url: String, looks: Vec<Look>) -> Result<Self, CardError> {
        Ok(Self { looks: Looks::load(looks)?, public_url })
    }

    /// The built-in cards, or those of a folder over them, as the command line shows them.
    ///
    /// # Errors
    /// [`CardError`] for the first file that is wrong.
    pub fn of_folder(folder: Option<&Path>) -> Result<Self, CardError> {
        let sources = Sources::new(folder.map(Path::to_owned).into_iter().collect())?;
        let looks = Looks::of(Set::load(&sources)?);
        Ok(Self { looks, public_url: "https://beckon.example.com".to_owned() })
    }

    /// Draws the card of an invitation as it stands, in the language of its agent.
    ///
    /// # Errors
    /// [`CardError::NoService`], or whatever is wrong with a template of an administrator that its
    /// check did not meet; the built-in card takes its place where it can.
    pub fn draw(
        &self,
        tenant: TenantId,
        known: &Tenant,
        rows: &CardRows,
    ) -> Result<Drawn, CardError> {
        let kind = Kind::Face(Face::shown(&rows.invitation, &rows.session));
        self.draw_rows(kind, tenant, known, rows, locale_of(rows.agent.as_ref()).as_deref())
    }

    /// Draws the control card of the invitation's room, in the language of its service: several
    /// people see it.
    ///
    /// # Errors
    /// As [`Cards::draw`].
    pub fn draw_control(
        &self,
        tenant: TenantId,
        known: &Tenant,
        rows: &CardRows,
    ) -> Result<Drawn, CardError> {
        self.draw_rows(Kind::Control, tenant, known, rows, None)
    }

    fn draw_rows(
        &self,
        kind: Kind,
        tenant: TenantId,
        known: &Tenant,
        rows: &CardRows,
        locale: Option<&str>,
    ) -> Result<Drawn, CardError> {
        let service = &rows.session.service;
        let settings =
            known.service(service).ok_or_else(|| CardError::NoService(service.clone()))?;
        let data = card_data(&rows.invitation, &rows.session, settings, rows.room.as_ref());
        let people = People {
            agent: known.agent_name(data.agent),
            by: bind::taken_by(&data).and_then(|by| known.agent_name(by)),
        };
        let parked =
            matches!(rows.invitation.state, InvitationState::Accepted { parked: true, .. });
        let flagged = rows.agent.as_ref().filter(|row| row.rona_for == Some(data.invitation));
        let flagged = flagged.and_then(|row| row.rona_until);
        let subject = Subject { kind, data: &data, people, parked, flagged };
        let look = self.looks.of_service(tenant, service);
        let wanted = || locale.into_iter().chain(look.languages());
        let drawn = self.paint(look.set().language(wanted())?, look.zone(), &subject);
        drawn.or_else(|error| {
            let built_in = self.looks.built_in();
            if std::ptr::eq(built_in, look.set()) {
                return Err(error);
            }
            tracing::error!(target: "teams.cards", %error, "the built-in card takes its place");
            self.paint(built_in.language(wanted())?, look.zone(), &subject)
        })
    }

    fn paint(
        &self,
        language: &Language,
        zone: &TimeZone,
        subject: &Subject<'_>,
    ) -> Result<Drawn, CardError> {
        let Subject { kind, data, people, parked, flagged } = *subject;
        let mut bindings = Bindings::new(data, people, language, zone, &self.public_url)?
            .flagged(flagged, language, zone);
        if kind == Kind::Control {
            bindings = bindings.for_room(parked, language)?;
        }
        let mut drawn = finish(language.expand(kind, &bindings)?);
        if let Value::Object(card) = &mut drawn.card {
            card.insert("refresh".to_owned(), refresh(data));
        }
        Ok(drawn)
    }

    /// Draws what somebody sees whom the invitation is not for: whose it is, and nothing else.
    /// `locale` is that of the one who looks.
    ///
    /// # Errors
    /// [`CardError`], which only a broken template causes.
    pub fn draw_foreign(
        &self,
        tenant: TenantId,
        known: &Tenant,
        rows: &CardRows,
        locale: Option<&str>,
    ) -> Result<Value, CardError> {
        let service = &rows.session.service;
        let look = self.looks.of_service(tenant, service);
        let language = look.set().language(locale.into_iter().chain(look.languages()))?;
        let agent = known.agent_name(rows.invitation.agent);
        let service = known.service(service).map_or("", |service| service.name.as_str());
        Ok(finish(foreign(language, agent, service)?).card)
    }

    /// Draws what somebody sees who installs the bot and is no agent (B2): what it is for, and the
    /// ids that an administrator needs to add them.
    ///
    /// # Errors
    /// [`CardError`], which only a broken template causes.
    pub fn draw_explain(
        &self,
        tenant: TenantId,
        person: &str,
        locale: Option<&str>,
    ) -> Result<Drawn, CardError> {
        let look = self.looks.of_tenant(tenant);
        let language = look.set().language(locale.into_iter().chain(look.languages()))?;
        Ok(finish(explain(language, &tenant.to_string(), person)?))
    }
}

/// What a card is drawn of.
#[derive(Clone, Copy)]
struct Subject<'a> {
    kind: Kind,
    data: &'a CardData,
    people: People<'a>,
    parked: bool,
    flagged: Option<Timestamp>,
}

fn foreign(language: &Language, agent: Option<&str>, service: &str) -> Result<Value, CardError> {
    let agent = agent.map_or_else(|| language.phrases.plain("somebody"), on_card);
    let service = on_card(service);
    let bindings = json!({ "language": language.name, "agent": agent, "service": service });
    language.expand(Kind::Foreign, &bindings)
}

fn explain(language: &Language, tenant: &str, person: &str) -> Result<Value, CardError> {
    let bindings = json!({ "language": language.name, "tenant_id": tenant, "agent_id": person });
    language.expand(Kind::Explain, &bindings)
}

/// The card with its summary, and without a row of buttons that has none.
fn finish(mut card: Value) -> Drawn {
    if let Value::Object(card) = &mut card
        && card.get("actions").and_then(Value::as_array).is_some_and(Vec::is_empty)
    {
        card.shift_remove("actions");
    }
    let summary = card["fallbackText"].as_str().unwrap_or_default().to_owned();
    Drawn { card, summary }
}

/// Lets people ask for the card as it stands, from the message's menu. The empty list keeps clients
/// from asking by themselves: each update would bring a request back, and a client whose request
/// failed once, while we were away, may stop asking and clicking altogether.
fn refresh(data: &CardData) -> Value {
    let data = json!({ "invitation": data.invitation, "version": data.version });
    let action =
        json!({ "type": "Action.Execute", "title": "Refresh", "verb": REFRESH, "data": data });
    json!({ "action": action, "userIds": [] })
}

#[cfg(test)]
mod tests;
