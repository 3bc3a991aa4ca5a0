//! The `beckon` binary.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    match beckon::cli::run().await {
        Ok(code) => code,
        Err(error) => {
            use std::io::Write;
            // Nothing is left to tell when standard error is gone too.
            let _gone = writeln!(std::io::stderr(), "beckon: {}", beckon::cli::sentence(&error));
            ExitCode::FAILURE
        }
    }
}
