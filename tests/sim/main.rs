//! The simulation: Beckon's engine over SQLite in memory, in a world where time, chance, faults and
//! the order of everything come from a seed. After each step the rules of ARCHITECTURE.md are held
//! against what is durable; at the end everything has to come to rest.
//!
//! The modules are `cfg(test)` so that clippy sees their helpers as the test code they are.

#[cfg(test)]
mod broken;
#[cfg(test)]
mod clock;
#[cfg(test)]
mod consumer;
#[cfg(test)]
mod diary;
#[cfg(test)]
mod dice;
#[cfg(test)]
mod history;
#[cfg(test)]
mod mirror;
#[cfg(test)]
mod moves;
#[cfg(test)]
mod outside;
#[cfg(test)]
mod people;
#[cfg(test)]
mod quiesce;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod run;
#[cfg(test)]
mod schedule;
#[cfg(test)]
mod seeds;
#[cfg(test)]
mod stalls;
#[cfg(test)]
mod tasks;
#[cfg(test)]
mod teams;
#[cfg(test)]
mod town;
#[cfg(test)]
mod world;
