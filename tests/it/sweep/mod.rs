//! The sweep of the real binary: from the command line, and across its deaths.

mod asked;
mod crashes;
mod silent;

pub(crate) use crashes::survive;
