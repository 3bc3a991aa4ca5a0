//! What an administrator does from the command line, with and without a server that runs.

mod backup;
mod outbox;
mod watching;

use crate::crash::Process;
use crate::stage::World;

/// Runs a command of the binary to its end: whether it succeeded, and what it said.
pub(crate) async fn beckon(world: &World, arguments: &[&str]) -> (bool, String) {
    let output = Process::command(world).args(arguments).output().await.unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}
