//! Placeholder until the accounting lands.
/// Budgets.
#[derive(Debug, Clone, Default)]
pub struct Budgets {}
