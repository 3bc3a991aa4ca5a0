//! Tests over real HTTP on loopback, against a small bot.

#[cfg(test)]
mod actors;
#[cfg(test)]
mod anonymous;
#[cfg(test)]
mod bot;
#[cfg(test)]
mod budgets;
#[cfg(test)]
mod connector_more;
#[cfg(test)]
mod control;
#[cfg(test)]
mod control_faults;
#[cfg(test)]
mod delays;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod forgeries;
#[cfg(test)]
mod given_up;
#[cfg(test)]
mod graph;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod login;
#[cfg(test)]
mod process;
#[cfg(test)]
mod recorded;
#[cfg(test)]
mod refreshes;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod signing;
