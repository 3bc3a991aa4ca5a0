//! What a service shows about a session on its cards (B5).

use super::Label;

/// What cards may tell beside service, customer, channel and waiting time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardRules {
    /// The parameters flagged "show on card", in the order in which they are shown. At most 20.
    pub parameters: Vec<CardParameter>,
    /// Whether the invitation shows the beginning of what the customer wrote first. Default no: it
    /// stays hidden until the accept.
    pub preview: bool,
}

/// A parameter that cards show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardParameter {
    /// Its name, as channels and workflows set it. 1–64 characters.
    pub name: String,
    /// What people see before its value.
    pub label: Label,
}
