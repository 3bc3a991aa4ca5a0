//! A way to the server that breaks: connections are cut after a number of bytes, in the middle of
//! whatever is on its way. What was cut may have arrived, and its answer may not.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::task::JoinHandle;

use super::dice::Dice;

/// A proxy on loopback, before the server that a connection string names.
pub(super) struct Proxy {
    port: u16,
    state: Arc<State>,
    task: JoinHandle<()>,
}

/// What gets lost of the commit of a marked command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Lost {
    /// Its statements: the server never hears of it.
    Commit,
    /// The server's answer: it went through, and nobody was told.
    Answer,
}

struct State {
    trap: Mutex<Option<(String, Lost)>>,
    dice: Mutex<Dice>,
    calm: AtomicBool,
    cuts: AtomicU64,
    socket: String,
}

impl Proxy {
    /// Stands before the server of this connection string.
    pub(super) async fn before(url: &str, dice: Dice) -> Self {
        let folder = part(url, "host=").expect("the tests' server has a socket");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::new(State {
            trap: Mutex::default(),
            dice: Mutex::new(dice),
            calm: AtomicBool::new(true),
            cuts: AtomicU64::new(0),
            socket: format!("{folder}/.s.PGSQL.5432"),
        });
        let shared = Arc::clone(&state);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, Arc::clone(&shared)));
            }
        });
        Self { port, state, task }
    }

    /// The connection string that leads through it.
    pub(super) fn through(&self, url: &str) -> String {
        let folder = part(url, "host=").expect("the tests' server has a socket");
        let host = format!("host={folder}");
        let here = format!("host=127.0.0.1 sslmode=disable port={}", self.port);
        assert!(url.contains(&host));
        url.replacen(&host, &here, 1)
    }

    /// From now on connections break, or they no longer do.
    pub(super) fn break_connections(&self, breaking: bool) {
        self.state.calm.store(!breaking, Ordering::SeqCst);
    }

    /// Once, when something with this mark is on its way to the server together with its commit,
    /// that is lost and the connection breaks.
    pub(super) fn lose(&self, mark: &str, lost: Lost) {
        *self.state.trap.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((mark.to_owned(), lost));
    }

    /// How many connections it has cut.
    pub(super) fn cuts(&self) -> u64 {
        self.state.cuts.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn part<'u>(url: &'u str, key: &str) -> Option<&'u str> {
    url.split_whitespace().find_map(|pair| pair.strip_prefix(key))
}

async fn carry(client: TcpStream, state: Arc<State>) {
    let Ok(server) = UnixStream::connect(&state.socket).await else { return };
    // A connection lives for some commands; how far each direction gets is thrown for.
    let throw = || {
        let mut dice = state.dice.lock().unwrap_or_else(PoisonError::into_inner);
        3_000 + dice.below(60_000)
    };
    let (there, back) = (throw(), throw());
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    // Whichever ends first takes the other with it: both ends see a broken connection.
    let sprung = AtomicBool::new(false);
    tokio::select! {
        () = copy(from_client, to_server, there, &state, |bytes| match state.springs(bytes) {
            Some(Lost::Commit) => Pass::Cut,
            Some(Lost::Answer) => {
                sprung.store(true, Ordering::SeqCst);
                Pass::On
            }
            None => Pass::On,
        }) => {}
        () = copy(from_server, to_client, back, &state, |bytes| {
            match (sprung.load(Ordering::SeqCst), contains(bytes, b"COMMIT\0")) {
                (false, _) => Pass::On,
                (true, false) => Pass::Drop,
                (true, true) => Pass::Cut,
            }
        }) => {}
    }
}

impl State {
    /// Whether these bytes are what the trap was set for.
    fn springs(&self, bytes: &[u8]) -> Option<Lost> {
        let mut trap = self.trap.lock().unwrap_or_else(PoisonError::into_inner);
        let sprung = trap.as_ref().is_some_and(|(mark, _)| contains(bytes, mark.as_bytes()));
        if sprung { trap.take().map(|(_, lost)| lost) } else { None }
    }
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// What becomes of bytes on their way.
enum Pass {
    On,
    Drop,
    Cut,
}

async fn copy(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut budget: u64,
    state: &State,
    pass: impl Fn(&[u8]) -> Pass,
) {
    let mut buffer = vec![0; 65_536];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        match pass(&buffer[..length]) {
            Pass::On => {}
            Pass::Drop => continue,
            Pass::Cut => {
                state.cuts.fetch_add(1, Ordering::SeqCst);
                return;
            }
        }
        let calm = state.calm.load(Ordering::SeqCst);
        let left = usize::try_from(budget).expect("a small number");
        let sent = if calm { length } else { length.min(left) };
        if to.write_all(&buffer[..sent]).await.is_err() {
            return;
        }
        if sent < length {
            state.cuts.fetch_add(1, Ordering::SeqCst);
            return;
        }
        budget = budget.saturating_sub(if calm { 0 } else { length as u64 });
    }
}
