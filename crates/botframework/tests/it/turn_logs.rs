//! What operators read about failures.

use std::io::Write;
use std::sync::{Arc, Mutex};

use botframework::activity::OutgoingActivity;
use botframework::connector::{ConnectorClient, ConnectorError};
use botframework::service_url::AllowedHosts;
use botframework::turn::{Bot, TurnContext};
use serde_json::Value;
use tracing::subscriber::DefaultGuard;

use crate::world::channel::Channel;
use crate::world::{World, clock, http};

/// The log as an operator reads it, of this thread, on which the whole test runs.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn record(&self) -> DefaultGuard {
        let log = self.clone();
        let lines = tracing_subscriber::fmt().with_ansi(false).with_writer(move || log.clone());
        tracing::subscriber::set_default(lines.finish())
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_connector_that_cannot_be_reached_is_named_as_the_cause() {
    let log = Log::default();
    let _recording = log.record();
    let world = World::start().await;
    // Nobody listens there: the port was given back.
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let hosts = AllowedHosts::none().allow(&free.to_string()).unwrap();
    let client = ConnectorClient::new(world.tokens(&clock()), hosts, None, http());
    let gone = botframework::service_url::ServiceUrl::parse(&format!("http://{free}/")).unwrap();
    let bot =
        Bot::builder(world.authenticator(&clock()), client).on_message(move |turn: TurnContext| {
            let gone = gone.clone();
            async move {
                let priority = botframework::limiter::Priority::Interactive;
                let text = OutgoingActivity::text("hi");
                let connector = turn.connector();
                connector.send(&gone, "c", &text, priority).await?;
                Ok::<_, ConnectorError>(())
            }
        });
    let channel = Channel::of(&world, &bot.build().unwrap()).await;
    channel.post(&world.message("1", "hi")).await;
    let text = log.text();
    for part in ["the handler failed", "the request was not answered", "tcp connect error"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains("the response body could not be read"), "{text}");
}

#[tokio::test]
async fn a_body_that_is_no_activity_is_logged_with_the_field_that_is_wrong() {
    let log = Log::default();
    let _recording = log.record();
    let world = World::start().await;
    let channel = Channel::of(&world, &world.bot().build().unwrap()).await;
    let mut message = world.message("1", "hi");
    message["channelId"] = Value::Null;
    channel.post(&message).await;
    assert!(log.text().contains("the activity lacks `channelId`"), "{}", log.text());
}
