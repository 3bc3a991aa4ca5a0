//! Cards: from the rows to the JSON that Teams draws.
//!
//! Each face is a template in `cards/`, compiled once at start. To change a card, change its file.

use std::collections::HashMap;

use adaptive_card_template::{Context, Template};
use beckon_domain::face::{CardData, Face, card_data};
use beckon_domain::settings::Service;
use serde::Serialize;
use serde_json::{Value, json};
use thiserror::Error;

use super::words;
use crate::store::CardRows;

/// The verb of a client that asks for the card as it stands.
pub(super) const REFRESH: &str = "refresh";

/// The template of a card that is shown to somebody whom the invitation is not for.
const FOREIGN: &str = include_str!("../../cards/foreign.json");

fn source(face: Face) -> &'static str {
    match face {
        Face::Invitation => include_str!("../../cards/invitation.json"),
        Face::Accepted => include_str!("../../cards/accepted.json"),
        Face::Declined => include_str!("../../cards/declined.json"),
        Face::Missed => include_str!("../../cards/missed.json"),
        Face::Cancelled => include_str!("../../cards/cancelled.json"),
        Face::Terminated => include_str!("../../cards/terminated.json"),
        Face::Result => include_str!("../../cards/result.json"),
    }
}

/// A card that cannot be drawn.
#[derive(Debug, Error)]
pub enum CardError {
    /// The template is not JSON, or does not compile.
    #[error("cards/{name}.json: {problem}")]
    Template {
        /// The template's name.
        name: &'static str,
        /// What is wrong and where.
        problem: String,
    },
    /// The template failed on this data.
    #[error("cards/{name}.json: {problem}")]
    Expand {
        /// The template's name.
        name: &'static str,
        /// What is wrong and where.
        problem: String,
    },
}

/// Every template, compiled.
#[derive(Debug)]
pub struct Cards {
    faces: HashMap<Face, Template>,
    foreign: Template,
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

#[derive(Serialize)]
struct Bindings {
    #[serde(flatten)]
    data: CardData,
    chat_url: String,
    outcome_text: Option<&'static str>,
}

impl Cards {
    /// Compiles the templates. `public_url` is where links on cards lead, without a slash at the
    /// end.
    ///
    /// # Errors
    /// [`CardError::Template`] for the first one that does not compile.
    pub fn new(public_url: String) -> Result<Self, CardError> {
        let mut faces = HashMap::new();
        for face in Face::ALL {
            faces.insert(face, compile(face.name(), source(face))?);
        }
        Ok(Self { faces, foreign: compile("foreign", FOREIGN)?, public_url })
    }

    /// Draws the card of an invitation as it stands.
    ///
    /// # Errors
    /// [`CardError::Expand`], which only a broken template causes.
    pub fn draw(&self, rows: &CardRows, service: &Service) -> Result<Drawn, CardError> {
        let face = Face::of(&rows.invitation.state);
        let data = card_data(&rows.invitation, &rows.session, service, rows.room.as_ref());
        self.draw_face(face, data)
    }

    /// Draws the control card of the invitation's room.
    ///
    /// # Errors
    /// [`CardError::Expand`], which only a broken template causes.
    pub fn draw_control(&self, rows: &CardRows, service: &Service) -> Result<Drawn, CardError> {
        self.draw(rows, service)
    }

    fn draw_face(&self, face: Face, data: CardData) -> Result<Drawn, CardError> {
        let bindings = Bindings {
            chat_url: format!("{}/console/?session={}", self.public_url, data.session),
            outcome_text: data.outcome.map(words::outcome),
            data,
        };
        let template = self.faces.get(&face).ok_or_else(|| CardError::Expand {
            name: face.name(),
            problem: "is not compiled".to_owned(),
        })?;
        let mut card = expand(face.name(), template, &bindings)?;
        if let Value::Object(card) = &mut card {
            card.insert("refresh".to_owned(), refresh(&bindings.data));
        }
        let summary = card["fallbackText"].as_str().unwrap_or_default().to_owned();
        Ok(Drawn { card, summary })
    }

    /// Draws what somebody sees whom the invitation is not for: whose it is, and nothing else.
    ///
    /// # Errors
    /// [`CardError::Expand`], which only a broken template causes.
    pub fn draw_foreign(&self, agent: &str) -> Result<Value, CardError> {
        expand("foreign", &self.foreign, &json!({ "agent": agent }))
    }
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

fn compile(name: &'static str, text: &str) -> Result<Template, CardError> {
    let problem = |problem: String| CardError::Template { name, problem };
    let json: Value = serde_json::from_str(text).map_err(|error| problem(error.to_string()))?;
    Template::compile(&json).map_err(|error| problem(error.to_string()))
}

fn expand(
    name: &'static str,
    template: &Template,
    bindings: &impl Serialize,
) -> Result<Value, CardError> {
    let problem = |problem: String| CardError::Expand { name, problem };
    let data = serde_json::to_value(bindings).map_err(|error| problem(error.to_string()))?;
    template.expand(&Context::new(&data)).map_err(|error| problem(error.to_string()))
}

#[cfg(test)]
mod tests;
