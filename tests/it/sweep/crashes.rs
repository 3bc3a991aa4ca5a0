//! The process dies in the middle of a sweep, and the next one brings it to its end.

use std::os::unix::process::ExitStatusExt;
use std::time::Duration;

use serde_json::Value;

use super::silent::{add_silent, done, ended_and_open, silent_world, swept_until};
use crate::crash::{ABORTED, Server};
use crate::stage::card_says;

/// Silent sessions that fill two pages and begin a third.
const MORE: usize = 1_100;

/// Survives a death at a point of the sweep: each silent session ends once, whoever was in it sees
/// and reads so, and the day is done.
pub(crate) async fn survive(point: &str, time: u32) {
    let (world, sessions) = silent_world(2).await;
    // The first death may come on the first page; for a later one there are three.
    let more = if time > 1 { MORE } else { 0 };
    add_silent(&world, more);
    swept_until(&world, "2020-01-01");
    let server = Server::start(world, Some(&format!("{point}:{time}"))).await;
    let death = server.revive().await;
    assert_eq!(death.signal(), Some(ABORTED), "{point} was not reached: {death}");
    for (number, session) in sessions.iter().enumerate() {
        card_says(&server.world.people[number], "Ended as stale").await;
        let path = format!("/api/v1/sessions/{session}");
        let row = server.get(&path, &server.world.keys.admin).await;
        assert_eq!(row["session"]["phase"]["outcome"], "stale_after_user", "{row}");
        let ends = |event: &&Value| event["event"] == "session_ended";
        let events = row["events"].as_array().expect("its events");
        assert_eq!(events.iter().filter(ends).count(), 1, "{events:?}");
        let path = format!("/api/v1/channels/website/messages?address=customer-{number}");
        let read = server.get(&path, &server.world.keys.integration).await;
        let closing = |row: &&Value| row["text"] == "This conversation has ended.";
        let messages = read["messages"].as_array().expect("a list");
        assert_eq!(messages.iter().filter(closing).count(), 1, "{read}");
    }
    let noted = async {
        while done(&server.world).as_str() <= "2020-01-01" {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), noted).await.expect("the day is done");
    let all = sessions.len() + more;
    assert_eq!(ended_and_open(&server.world), (all, all, 0), "each ended, and once");
}
