//! Checks a file of conformance vectors:
//! `cargo run -p adaptive-card-template --release --example conformance -- FILE.json`
//!
//! Prints the vectors that fail and, last, `N passed, M failed`; the exit code
//! is 1 if any failed or there are none, and 2 if the file cannot be read.

use std::io::Write;
use std::process::ExitCode;

#[path = "../tests/vectors/mod.rs"]
mod vectors;

fn main() -> ExitCode {
    match check() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // Nothing can be done if standard error is closed, too.
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::from(2)
        }
    }
}

/// Whether there are vectors and all passed.
fn check() -> Result<bool, Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).ok_or("usage: conformance FILE.json")?;
    let vectors = vectors::parse(&std::fs::read_to_string(file)?)?;
    let mut out = std::io::stdout().lock();
    if vectors.is_empty() {
        writeln!(out, "no vectors")?;
        return Ok(false);
    }
    let mut failed = 0;
    for vector in &vectors {
        if let Err(difference) = vectors::run(vector) {
            failed += 1;
            writeln!(out, "{}: {difference}", vectors::id(vector))?;
        }
    }
    writeln!(out, "{} passed, {failed} failed", vectors.len() - failed)?;
    Ok(failed == 0)
}
