//! Clicks over HTTP, on the same machine: as many as go, or so many a second.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use botframework::http::{ClientOptions, client};

use crate::stage::Failure;

/// Connections that click at the same time, when as many as go are wanted.
const CONNECTIONS: usize = 64;

/// Where clicks go, and the bodies that are left.
#[derive(Clone)]
pub(crate) struct Clicks {
    pub(crate) url: String,
    pub(crate) token: String,
    pub(crate) bodies: Arc<Mutex<Vec<String>>>,
}

/// What was measured.
pub(crate) struct Measured {
    latencies: Vec<Duration>,
    elapsed: Duration,
    /// The most clicks that were under way at once.
    pub(crate) most_at_once: u64,
}

impl Measured {
    pub(crate) fn count(&self) -> usize {
        self.latencies.len()
    }

    pub(crate) fn per_second(&self) -> f64 {
        self.count() as f64 / self.elapsed.as_secs_f64()
    }

    /// The latency that this part of the clicks stayed below, in milliseconds.
    pub(crate) fn at(&self, part: f64) -> f64 {
        let place = ((self.count().max(1) - 1) as f64 * part) as usize;
        self.latencies.get(place).map_or(0.0, |latency| latency.as_secs_f64() * 1000.0)
    }
}

impl Clicks {
    fn next(&self) -> Option<String> {
        self.bodies.lock().ok()?.pop()
    }

    async fn click(&self, http: &reqwest::Client, body: String) -> Result<Duration, String> {
        let clicked = Instant::now();
        let request = http
            .post(&self.url)
            .bearer_auth(&self.token)
            .header("content-type", "application/json")
            .body(body);
        let answer = request.send().await.map_err(|error| error.to_string())?;
        let answer = answer.text().await.map_err(|error| error.to_string())?;
        if answer.contains("You are in this conversation") {
            Ok(clicked.elapsed())
        } else {
            Err(format!("not accepted: {answer}"))
        }
    }

    /// As many as go, for so long.
    pub(crate) async fn flat_out(&self, time: Duration) -> Result<Measured, Failure> {
        let http = client(&ClientOptions::default())?;
        let start = Instant::now();
        let clickers = (0..CONNECTIONS).map(|_| {
            let (this, http) = (self.clone(), http.clone());
            tokio::spawn(async move {
                let mut latencies = Vec::new();
                while start.elapsed() < time
                    && let Some(body) = this.next()
                {
                    latencies.push(this.click(&http, body).await?);
                }
                Ok::<_, String>(latencies)
            })
        });
        let mut latencies = Vec::new();
        for clicker in clickers.collect::<Vec<_>>() {
            latencies.extend(clicker.await??);
        }
        Ok(measured(latencies, start.elapsed(), CONNECTIONS as u64))
    }

    /// So many a second, whether the answers keep up or not.
    pub(crate) async fn steadily(
        &self,
        per_second: u64,
        time: Duration,
    ) -> Result<Measured, Failure> {
        let http = client(&ClientOptions::default())?;
        let (under_way, most) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let mut tick = tokio::time::interval(Duration::from_millis(5));
        let start = Instant::now();
        let (mut sent, mut clickers) = (0, Vec::new());
        while start.elapsed() < time {
            tick.tick().await;
            let due = (start.elapsed().as_secs_f64() * per_second as f64) as u64;
            while sent < due
                && let Some(body) = self.next()
            {
                sent += 1;
                let (this, http) = (self.clone(), http.clone());
                let (under_way, most) = (Arc::clone(&under_way), Arc::clone(&most));
                clickers.push(tokio::spawn(async move {
                    most.fetch_max(
                        under_way.fetch_add(1, Ordering::Relaxed) + 1,
                        Ordering::Relaxed,
                    );
                    let latency = this.click(&http, body).await;
                    under_way.fetch_sub(1, Ordering::Relaxed);
                    latency
                }));
            }
        }
        let mut latencies = Vec::new();
        for clicker in clickers {
            latencies.push(clicker.await??);
        }
        Ok(measured(latencies, start.elapsed(), most.load(Ordering::Relaxed)))
    }
}

fn measured(mut latencies: Vec<Duration>, elapsed: Duration, most_at_once: u64) -> Measured {
    latencies.sort_unstable();
    Measured { latencies, elapsed, most_at_once }
}
