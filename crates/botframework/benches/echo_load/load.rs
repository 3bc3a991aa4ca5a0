//! The load generator: raw requests on kept connections, so that it costs as little as it can.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::Failure;

const CONNECTIONS: usize = 32;
/// So many tenants and conversations that the limiter lets every reply through: at 10,000
/// turns a second a tenant gets 5 and a conversation one in 6 s.
const TENANTS: u64 = 2_000;
const CONVERSATIONS: u64 = 60_000;

/// What is sent.
pub(crate) struct Load {
    pub(crate) token: String,
    pub(crate) service_url: String,
}

/// What was measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    turns: usize,
    took: Duration,
    /// Processor time of the whole process: says more than the rate where others use the
    /// machine as well.
    cpu: Duration,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

impl Measured {
    pub(crate) fn per_second(&self) -> f64 {
        self.turns as f64 / self.took.as_secs_f64()
    }

    pub(crate) fn cpu_micros(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.turns as f64
    }
}

impl Load {
    /// Loads `addr` for `length`.
    pub(crate) async fn run(
        &self,
        addr: SocketAddr,
        length: Duration,
    ) -> Result<Measured, Failure> {
        let numbers = Arc::new(AtomicU64::new(0));
        let (started, cpu) = (Instant::now(), cpu_time());
        let until = started + length;
        let connections: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                let request = Request::new(&self.token, &self.service_url);
                tokio::spawn(connection(addr, request, Arc::clone(&numbers), until))
            })
            .collect();
        let mut latencies = Vec::new();
        for connection in connections {
            latencies.extend(connection.await??);
        }
        let (took, cpu) = (started.elapsed(), cpu_time().saturating_sub(cpu));
        latencies.sort_unstable();
        let at = |share: usize| latencies.get(latencies.len() * share / 100).copied();
        Ok(Measured {
            turns: latencies.len(),
            took,
            cpu,
            p50: at(50).unwrap_or_default(),
            p99: at(99).unwrap_or_default(),
        })
    }
}

/// A request whose numbers are written in place: ids must differ, or turns would be joined.
struct Request {
    bytes: Vec<u8>,
    ids: Vec<usize>,
    tenants: Vec<usize>,
    conversations: Vec<usize>,
}

const ID: &str = "ID0000000000";
const TENANT: &str = "TN0000000000";
const CONVERSATION: &str = "CV0000000000";

impl Request {
    fn new(token: &str, service_url: &str) -> Self {
        let tenant = format!("aaaabbbb-0000-cccc-1111-{TENANT}");
        let body = json!({
            "type": "message",
            "id": ID,
            "timestamp": "2026-11-22T12:00:00.000Z",
            "localTimestamp": "2026-11-22T13:00:00.000+01:00",
            "channelId": "msteams",
            "serviceUrl": service_url,
            "from": { "id": "29:1bSnHZ7Js2STWrgk6ScEErLk1Lp2zQuD5H2qQ960rtvstKp8tKLl",
                "name": "Ada Lovelace", "aadObjectId": "53aabbcc-1111-2222-3333-444455556666" },
            "recipient": { "id": "28:8d7c6b5a-1111-4222-8333-444455556666", "name": "Bot" },
            "conversation": { "id": format!("a:1pL6i0oY3C0K8oAj8{CONVERSATION}"),
                "conversationType": "personal", "tenantId": tenant },
            "text": "hello from the load generator",
            "textFormat": "plain",
            "locale": "en-GB",
            "attachments": [{ "contentType": "text/html",
                "content": "<p>hello from the load generator</p>" }],
            "entities": [{ "type": "clientInfo", "locale": "en-GB", "country": "GB",
                "platform": "Windows", "timezone": "Europe/London" }],
            "channelData": { "tenant": { "id": tenant } },
        })
        .to_string();
        let text = format!(
            "POST /api/messages HTTP/1.1\r\nhost: bot\r\ncontent-type: application/json\r\n\
             authorization: Bearer {token}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let places = |mark: &str| text.match_indices(mark).map(|(at, _)| at + 2).collect();
        Self {
            ids: places(ID),
            tenants: places(TENANT),
            conversations: places(CONVERSATION),
            bytes: text.into_bytes(),
        }
    }

    fn number(&mut self, number: u64) -> &[u8] {
        for (places, value) in [
            (&self.ids, number),
            (&self.tenants, number % TENANTS),
            (&self.conversations, number % CONVERSATIONS),
        ] {
            let digits = format!("{value:010}");
            for place in places {
                self.bytes[*place..*place + 10].copy_from_slice(digits.as_bytes());
            }
        }
        &self.bytes
    }
}

async fn connection(
    addr: SocketAddr,
    mut request: Request,
    numbers: Arc<AtomicU64>,
    until: Instant,
) -> Result<Vec<Duration>, Failure> {
    let mut socket = TcpStream::connect(addr).await?;
    socket.set_nodelay(true)?;
    let mut buffer = vec![0; 16 * 1024];
    let mut latencies = Vec::new();
    loop {
        let sent = Instant::now();
        if sent >= until {
            return Ok(latencies);
        }
        let number = numbers.fetch_add(1, Ordering::Relaxed);
        socket.write_all(request.number(number)).await?;
        read_answer(&mut socket, &mut buffer).await?;
        latencies.push(sent.elapsed());
    }
}

/// Reads one answer, which must be a 200 with a declared length.
async fn read_answer(socket: &mut TcpStream, buffer: &mut [u8]) -> Result<(), Failure> {
    let mut filled = 0;
    loop {
        let read = socket.read(&mut buffer[filled..]).await?;
        filled += read;
        let text = std::str::from_utf8(&buffer[..filled])?;
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let declared = head.to_ascii_lowercase();
            let length = declared.split("content-length: ").nth(1);
            let length = length.and_then(|rest| rest.lines().next()?.parse::<usize>().ok());
            if !head.starts_with("HTTP/1.1 200") {
                return Err(format!("not answered with 200: {text}").into());
            }
            if body.len() >= length.unwrap_or_default() {
                return Ok(());
            }
        }
        if read == 0 {
            return Err("the connection was closed".into());
        }
    }
}

/// Processor time this process has used, from Linux; zero elsewhere.
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The second field, the name, may hold spaces; the 14th and 15th are user and system time
    // in hundredths of a second.
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2).flat_map(str::parse::<u64>);
    Duration::from_millis(10 * ticks.sum::<u64>())
}
