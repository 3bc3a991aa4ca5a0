//! Integration tests: the whole product over real HTTP, against a fake Teams. One binary, because
//! every further one would be linked for minutes.

mod access;
mod clicks;
mod crash;
mod input;
mod session;
mod stage;
