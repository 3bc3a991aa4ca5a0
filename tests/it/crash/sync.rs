//! No acknowledgement leaves before the sync that covers it, as the kernel sees it.

use std::collections::HashMap;
use std::process::Stdio;

use tokio::process::Command;

use super::Process;
use crate::stage::{Settings, World};

/// How many customers write at the same time, so that they share syncs.
const CUSTOMERS: usize = 6;
const MESSAGES: usize = 8;

/// One line of the trace that matters here.
enum Call<'t> {
    /// Bytes for the write-ahead log.
    Written(&'t str),
    /// What was written before is on the disk.
    Synced,
    /// Bytes for somebody outside.
    Sent(&'t str),
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_leaves_after_the_sync_that_covers_it() {
    let world = World::new(&Settings::default()).await;
    let mut process = Process::start(&world).await;
    let path = world.folder.path().join("trace");
    let pid = process.child.id().unwrap().to_string();
    let mut strace = Command::new("strace")
        .args([
            "-f",
            "-y",
            "-s",
            "6000",
            "-e",
            "trace=fdatasync,fsync,pwrite64,write,writev,sendto",
        ])
        .args(["-o".as_ref(), path.as_os_str(), "-p".as_ref(), pid.as_ref()])
        .stderr(Stdio::piped())
        .spawn()
        .expect("strace is there: tools/need.sh strace");
    attached(&mut strace).await;

    let client = process.client(&world);
    let customers = (0..CUSTOMERS).map(|customer| async move {
        let mut answers = Vec::new();
        for number in 0..MESSAGES {
            let text = format!("<customer {customer}, message {number}>");
            let answer = client.write(&format!("c{customer}"), &number.to_string(), &text).await;
            let told = format!(
                r#"{{"session":{},"seq":{},"duplicate":false}}"#,
                answer["session"], answer["seq"]
            );
            answers.push((text, told));
        }
        answers
    });
    let answers: Vec<(String, String)> =
        futures_util::future::join_all(customers).await.into_iter().flatten().collect();
    process.terminate().await;
    process.child.wait().await.unwrap();
    strace.wait().await.unwrap();

    let trace = std::fs::read_to_string(&path).unwrap().replace("\\\"", "\"");
    let calls: Vec<Call<'_>> = calls(&trace);
    for (text, told) in &answers {
        let place = |wanted: &dyn Fn(&Call<'_>) -> bool, from: usize| {
            let found = calls[from..].iter().position(wanted);
            from + found.unwrap_or_else(|| panic!("{text} is not in the trace as it should be"))
        };
        let written = place(&|call| matches!(call, Call::Written(data) if data.contains(text)), 0);
        let synced = place(&|call| matches!(call, Call::Synced), written);
        let sent = place(&|call| matches!(call, Call::Sent(data) if data.contains(told)), 0);
        assert!(
            written < synced && synced < sent,
            "{text}: written at {written}, synced at {synced}, acknowledged at {sent}"
        );
    }
    assert_eq!(answers.len(), CUSTOMERS * MESSAGES);
}

/// Waits until strace follows the process.
async fn attached(strace: &mut tokio::process::Child) {
    use tokio::io::{AsyncBufReadExt, BufReader};
    let stderr = strace.stderr.take().unwrap();
    let mut lines = BufReader::new(stderr).lines();
    let line = lines.next_line().await.unwrap().unwrap_or_default();
    assert!(line.contains("attached"), "strace cannot follow the process: {line}");
    // The rest is read too, so that strace never waits for us.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
}

/// The calls in their order. A write counts when it begins, a sync when it is done.
fn calls(trace: &str) -> Vec<Call<'_>> {
    let mut syncing: HashMap<&str, bool> = HashMap::new();
    let mut calls = Vec::new();
    for line in trace.lines() {
        let Some((thread, call)) = line.split_once(' ') else { continue };
        let call = call.trim_start();
        let of_log = call.contains("beckon.db-wal>");
        if call.starts_with("pwrite64(") && of_log {
            calls.push(Call::Written(call));
        } else if call.starts_with("fdatasync(") || call.starts_with("fsync(") {
            if call.contains("<unfinished") {
                syncing.insert(thread, of_log);
            } else if of_log && call.ends_with("= 0") {
                calls.push(Call::Synced);
            }
        } else if call.starts_with("<... fdatasync resumed>")
            || call.starts_with("<... fsync resumed>")
        {
            if syncing.remove(thread) == Some(true) && call.ends_with("= 0") {
                calls.push(Call::Synced);
            }
        } else if call.contains("HTTP/1.1 201") {
            calls.push(Call::Sent(call));
        }
    }
    calls
}
