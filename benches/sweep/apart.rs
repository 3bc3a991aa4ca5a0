//! Beckon in a process of its own, so that its memory is measured without that of who clicks: it
//! sweeps, and accepts what it is told to, a line of `AGENT INVITATION` each, until there are no more.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use beckon::engine::Engine;
use beckon::store::sqlite::DEFAULT_BATCH;
use beckon_domain::command::{Action, Command as Do, Surface};
use beckon_domain::ids::{AgentId, InvitationId};

use crate::stage::{Failure, Stage};
use crate::{TENANT, finished, part};

/// The first argument of the process apart; the folder and the number of services follow.
pub(crate) const APART: &str = "--apart";

/// What it says when the sweep is done; how long that took follows.
const SWEPT: &str = "swept";

/// Runs as the process apart.
pub(crate) async fn run(folder: &str, services: usize) -> Result<(), Failure> {
    let stage = Stage::in_folder(TENANT, services, DEFAULT_BATCH, folder.into())?;
    let (told, mut clicks) = tokio::sync::mpsc::unbounded_channel();
    std::thread::spawn(move || {
        let lines = std::io::stdin().lines().map_while(Result::ok);
        lines.map(|line| told.send(line)).take_while(Result::is_ok).for_each(drop);
    });
    stage.start();
    let start = Instant::now();
    let mut clickers = Vec::new();
    let clicking = async {
        while let Some(line) = clicks.recv().await {
            clickers.push(tokio::spawn(click(stage.engine.clone(), line)));
        }
    };
    let sweeping = async {
        let took = finished(&stage, start).await?;
        println!("{SWEPT} {:.1}", took.as_secs_f64());
        Ok::<_, Failure>(())
    };
    let (swept, ()) = tokio::join!(sweeping, clicking);
    swept?;
    let mut seconds = Vec::with_capacity(clickers.len());
    for clicker in clickers {
        seconds.push(clicker.await??);
    }
    seconds.sort_by(f64::total_cmp);
    println!(
        "p50 {:.1} ms, p99 {:.1} ms; {} MB resident at most",
        part(&seconds, 0.50) * 1000.0,
        part(&seconds, 0.99) * 1000.0,
        most_resident_mb(),
    );
    stage.end().await
}

/// An agent accepts: seconds until that is decided and durable.
async fn click(engine: Engine, line: String) -> Result<f64, String> {
    let (agent, invitation) = line.split_once(' ').ok_or("two ids")?;
    let agent = AgentId(agent.parse().map_err(|error| format!("{agent}: {error}"))?);
    let invitation = invitation.parse().map_err(|error| format!("{invitation}: {error}"))?;
    let (invitation, action, surface) = (InvitationId(invitation), Action::Accept, Surface::Card);
    let accept = Do::Act { invitation, agent, action, surface, seen: None };
    let clicked = Instant::now();
    engine.execute_new(TENANT, accept).await.map_err(|error| error.to_string())?;
    Ok(clicked.elapsed().as_secs_f64())
}

/// The process apart, as who clicks sees it.
pub(crate) struct Apart {
    child: Child,
    said: Receiver<String>,
}

impl Apart {
    /// Starts it over a folder; the sweep begins.
    pub(crate) fn start(folder: &Path, services: usize) -> Result<Self, Failure> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg(APART)
            .arg(folder)
            .arg(services.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (says, said) = channel();
        let lines = BufReader::new(child.stdout.take().ok_or("it says something")?).lines();
        std::thread::spawn(move || {
            let lines = lines.map_while(Result::ok);
            lines.map(|line| says.send(line)).take_while(Result::is_ok).for_each(drop);
        });
        Ok(Self { child, said })
    }

    /// Clicks so many times a second, until the sweep is done; what came of it.
    pub(crate) fn click(
        mut self,
        ringing: &[(AgentId, InvitationId)],
        per_second: f64,
    ) -> Result<String, Failure> {
        let mut ear = self.child.stdin.take().ok_or("it listens")?;
        let (start, mut clicked) = (Instant::now(), 0);
        let swept = loop {
            if let Ok(said) = self.said.recv_timeout(Duration::from_millis(2)) {
                break said;
            }
            let due = (start.elapsed().as_secs_f64() * per_second) as usize;
            for (agent, invitation) in ringing.iter().take(due).skip(clicked) {
                writeln!(ear, "{} {}", agent.0, invitation.0)?;
                clicked += 1;
            }
            if self.child.try_wait()?.is_some() {
                return Err("it died".into());
            }
        };
        let rate = clicked as f64 / start.elapsed().as_secs_f64();
        drop(ear);
        let figures = self.said.recv()?;
        if !self.child.wait()?.success() {
            return Err("it failed".into());
        }
        let seconds = swept.trim_start_matches(SWEPT);
        Ok(format!("ended in{seconds} s beside {clicked} clicks, {rate:.0} a second: {figures}"))
    }
}

/// The most that the process ever held in memory, where the system tells.
fn most_resident_mb() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = status.lines().find_map(|line| {
        line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok()
    });
    kilobytes.map_or("unknown".to_owned(), |kilobytes| (kilobytes / 1024).to_string())
}
