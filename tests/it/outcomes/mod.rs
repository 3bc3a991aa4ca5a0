//! Every outcome of a session and every result of an agent session (`facts/outcomes.md` §5.2, §5.3),
//! each brought about through the public surface alone: HTTP, cards, configuration, command line.

pub(crate) mod desk;
mod flow;
mod outbound;
mod reopen;
mod results;
mod sessions;
mod take_over;
mod transfers;
mod ways;
