//! The way between the command line and a running server.

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio_util::sync::CancellationToken;

use super::{Answer, Desk, Question};

/// The longest question, in bytes.
const MAX_QUESTION: u64 = 64 * 1024;
/// How long somebody may take to ask.
const PATIENCE: Duration = Duration::from_secs(5);

/// An open socket; the file goes with it.
#[derive(Debug)]
pub struct Socket {
    listener: UnixListener,
    path: PathBuf,
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum AskError {
    /// Nobody listens: no server runs, or it has no socket.
    #[error("no server answers at {path}: {source}")]
    Nobody {
        /// The socket.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The server went away, or is of another version.
    #[error("the server's answer cannot be read: {0}")]
    Unreadable(String),
}

/// Where the socket of a database is.
fn path_of(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".sock");
    PathBuf::from(name)
}

impl Socket {
    /// Opens the socket of a database whose lock this process holds: a file that is there already
    /// is a dead process's. Only the server's own user may connect.
    ///
    /// # Errors
    /// What the system says; a path of more than about 100 bytes is too long for a socket.
    pub fn open(database: &Path) -> io::Result<Self> {
        let path = path_of(database);
        // Nobody may connect before the mode is set: it gets its name afterwards.
        let mut fresh = path.clone().into_os_string();
        fresh.push("~");
        let fresh = PathBuf::from(fresh);
        remove(&fresh)?;
        let listener = UnixListener::bind(&fresh)?;
        std::fs::set_permissions(&fresh, std::fs::Permissions::from_mode(0o600))?;
        std::fs::rename(&fresh, &path)?;
        Ok(Self { listener, path })
    }

    /// Answers until `stop`, one after the other.
    pub async fn serve(self, desk: Desk, stop: CancellationToken) {
        loop {
            let asked = tokio::select! {
                biased;
                () = stop.cancelled() => break,
                accepted = self.listener.accept() => accepted,
            };
            let served = match asked {
                Ok((stream, _)) => converse(stream, &desk).await,
                Err(error) => Err(error),
            };
            if let Err(error) = served {
                tracing::warn!(target: "admin", %error, "a question was not answered");
            }
        }
        if let Err(error) = remove(&self.path) {
            tracing::warn!(target: "admin", %error, "the socket stays behind");
        }
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

async fn converse(mut stream: UnixStream, desk: &Desk) -> io::Result<()> {
    let (reader, mut writer) = stream.split();
    let mut line = String::new();
    let mut reader = BufReader::new(reader.take(MAX_QUESTION));
    tokio::time::timeout(PATIENCE, reader.read_line(&mut line))
        .await
        .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
    let answer = match serde_json::from_str::<Question>(&line) {
        Ok(question) => desk.answer(question).await,
        Err(error) => Answer::Refused { reason: format!("the question cannot be read: {error}") },
    };
    let mut answer = serde_json::to_vec(&answer)?;
    answer.push(b'\n');
    writer.write_all(&answer).await?;
    writer.shutdown().await
}

/// Asks the server that runs on this database.
///
/// # Errors
/// [`AskError::Nobody`] when none can be reached.
pub async fn ask(database: &Path, question: &Question) -> Result<Answer, AskError> {
    let path = path_of(database);
    let mut stream = UnixStream::connect(&path)
        .await
        .map_err(|source| AskError::Nobody { path: path.clone(), source })?;
    let unreadable = |error: &dyn std::fmt::Display| AskError::Unreadable(error.to_string());
    let mut line = serde_json::to_vec(question).map_err(|error| unreadable(&error))?;
    line.push(b'\n');
    stream.write_all(&line).await.map_err(|error| unreadable(&error))?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.map_err(|error| unreadable(&error))?;
    serde_json::from_str(&answer).map_err(|error| unreadable(&error))
}
