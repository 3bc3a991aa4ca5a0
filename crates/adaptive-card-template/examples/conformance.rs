//! Checks a file of conformance vectors:
//! `cargo run -p adaptive-card-template --release --example conformance -- FILE.json`
//!
//! Prints the vectors that fail and, last, `N passed, M failed`; the exit code
//! is 1 if any failed and 2 if the file cannot be read.

use std::io::Write;
use std::process::ExitCode;

#[path = "../tests/vectors/mod.rs"]
mod vectors;

fn main() -> ExitCode {
    match check() {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            // Nothing can be done if standard error is closed, too.
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::from(2)
        }
    }
}

/// The number of vectors that failed.
fn check() -> Result<usize, Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).ok_or("usage: conformance FILE.json")?;
    let vectors = vectors::parse(&std::fs::read_to_string(file)?)?;
    let mut out = std::io::stdout().lock();
    let mut failed = 0;
    for vector in &vectors {
        if let Err(difference) = vectors::run(vector) {
            failed += 1;
            writeln!(out, "{}: {difference}", vectors::id(vector))?;
        }
    }
    writeln!(out, "{} passed, {failed} failed", vectors.len() - failed)?;
    Ok(failed)
}
