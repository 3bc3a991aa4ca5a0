//! The real binary, started, killed and started again.

use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use fake_teams::FakeTeamsConfig;
use reqwest::{Method, StatusCode, header};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::{Mutex, watch};
use tokio::time::timeout;

use crate::stage::{Client, WEBHOOK_SECRET, World};

/// How long a test waits for a process to be back.
const PATIENCE: Duration = Duration::from_secs(40);

/// The binary with the configuration of a world.
pub(crate) struct Process {
    pub(crate) child: Child,
    pub(crate) url: String,
}

impl Process {
    pub(crate) async fn start(world: &World) -> Self {
        Self::start_at(world, None).await
    }

    /// Starts it, to die at a crash point.
    pub(crate) async fn start_at(world: &World, crash_at: Option<&str>) -> Self {
        let mut command = Self::command(world);
        command.arg("serve");
        if let Some(point) = crash_at {
            command.env("BECKON_CRASH_AT", point);
        }
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the binary starts");
        let stdout = child.stdout.take().expect("a pipe");
        let line = BufReader::new(stdout).lines().next_line().await.unwrap();
        // A task of the engine may come to its crash point before the server says that it is ready.
        assert!(line.is_some() || crash_at.is_some(), "the server said nothing");
        let url = line.as_deref().and_then(|line| line.rsplit(' ').next()).unwrap_or_default();
        let url = url.to_owned();
        if !url.is_empty() {
            world.teams.set_bot_endpoint(format!("{url}/api/messages"));
        }
        Self { child, url }
    }

    /// The command line, with everything but the command.
    pub(crate) fn command(world: &World) -> Command {
        let path = world.folder.path().join("beckon.toml");
        std::fs::write(&path, &world.config).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_beckon"));
        command
            .args(["--config".as_ref(), path.as_os_str()])
            .env("BECKON_BOT_SECRET", FakeTeamsConfig::default().app_secret)
            .env("BECKON_WEBHOOK_SECRET", WEBHOOK_SECRET)
            .env("BECKON_LOG", "error")
            .kill_on_drop(true);
        command
    }

    /// SIGTERM: as an administrator stops it.
    pub(crate) async fn terminate(&mut self) {
        let pid = self.child.id().expect("it runs").to_string();
        let told = Command::new("kill").args(["-TERM", &pid]).status().await.unwrap();
        assert!(told.success());
    }

    /// SIGKILL: nothing is flushed, closed or said.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    pub(crate) fn client<'w>(&'w self, world: &'w World) -> Client<'w> {
        Client { world, url: &self.url }
    }
}

/// The binary across its deaths, with callers that are sure to be heard: who gets no answer asks
/// again, under the same key, once it is back.
pub(crate) struct Server {
    pub(crate) world: World,
    child: Mutex<Child>,
    url: watch::Sender<String>,
    answers: watch::Sender<u64>,
}

impl Server {
    pub(crate) async fn start(world: World, crash_at: Option<&str>) -> Arc<Self> {
        let Process { child, url } = Process::start_at(&world, crash_at).await;
        let (child, url) = (Mutex::new(child), watch::Sender::new(url));
        Arc::new(Self { world, child, url, answers: watch::Sender::new(0) })
    }

    /// Waits until it died by itself, and starts it again.
    pub(crate) async fn revive(&self) -> ExitStatus {
        let mut child = self.child.lock().await;
        let status = timeout(PATIENCE, child.wait()).await.expect("it dies").unwrap();
        self.replace(&mut child).await;
        status
    }

    /// Kills it, and starts it again.
    pub(crate) async fn kill(&self) {
        let mut child = self.child.lock().await;
        child.start_kill().unwrap();
        assert_eq!(child.wait().await.unwrap().signal(), Some(9), "it was alive until now");
        self.replace(&mut child).await;
    }

    async fn replace(&self, child: &mut Child) {
        let process = Process::start(&self.world).await;
        *child = process.child;
        self.url.send_replace(process.url);
    }

    /// Notes that something was answered; the pace of the killer.
    pub(crate) fn answered(&self) {
        self.answers.send_modify(|count| *count += 1);
    }

    /// Waits for so many answers more.
    pub(crate) async fn answers(&self, more: u64) {
        let mut answers = self.answers.subscribe();
        let target = *answers.borrow() + more;
        let reached = answers.wait_for(|count| *count >= target);
        timeout(PATIENCE, reached).await.expect("the load goes on").unwrap();
    }

    /// The server as it is now; [`Server::back`] waits for its successor.
    pub(crate) fn life(&self) -> watch::Receiver<String> {
        let mut life = self.url.subscribe();
        life.mark_unchanged();
        life
    }

    /// Waits until the process that did not answer has a successor.
    pub(crate) async fn back(mut life: watch::Receiver<String>) {
        timeout(PATIENCE, life.changed()).await.expect("it comes back").unwrap();
    }

    /// A request that is repeated until it is answered.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        key: &str,
        headers: &[(header::HeaderName, &str)],
        body: Option<&Value>,
    ) -> (StatusCode, Option<String>, Value) {
        loop {
            let life = self.life();
            let url = format!("{}{path}", *life.borrow());
            let mut request = self.world.http.request(method.clone(), url).timeout(PATIENCE);
            if !key.is_empty() {
                request = request.bearer_auth(key);
            }
            for (name, value) in headers {
                request = request.header(name, *value);
            }
            if let Some(body) = body {
                request = request.json(body);
            }
            let answer = async {
                let response = request.send().await?;
                let (status, headers) = (response.status(), response.headers().clone());
                Ok::<_, reqwest::Error>((status, headers, response.text().await?))
            };
            match answer.await {
                Ok((StatusCode::SERVICE_UNAVAILABLE, ..)) => tokio::task::yield_now().await,
                Ok((status, headers, text)) => {
                    self.answered();
                    let etag = headers.get(header::ETAG).and_then(|etag| etag.to_str().ok());
                    let json = serde_json::from_str(&text).unwrap_or(Value::Null);
                    return (status, etag.map(str::to_owned), json);
                }
                Err(_) => Self::back(life).await,
            }
        }
    }

    pub(crate) async fn post(&self, path: &str, key: &str, body: &Value) -> (StatusCode, Value) {
        let (status, _, answer) = self.call(Method::POST, path, key, &[], Some(body)).await;
        (status, answer)
    }

    pub(crate) async fn get(&self, path: &str, key: &str) -> Value {
        let (status, _, answer) = self.call(Method::GET, path, key, &[], None).await;
        assert_eq!(status, StatusCode::OK, "{path}: {answer}");
        answer
    }

    /// An agent's token for the console: good for every life of the server.
    pub(crate) async fn sign_in(&self, number: usize) -> String {
        let body = serde_json::json!({ "key": self.world.keys.agents[number] });
        let (status, answer) = self.post("/api/v1/sign-in", "", &body).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer["token"].as_str().unwrap().to_owned()
    }

    /// Everybody installs the bot; whoever is not heard does it again. A process that died before
    /// it was ready never told where it is: then nobody is heard either.
    pub(crate) async fn install_all(&self) {
        for person in &self.world.people {
            loop {
                let life = self.life();
                match person.install_bot().await {
                    Ok(told) if told.iter().all(fake_teams::Delivery::accepted) => break,
                    Ok(_) | Err(fake_teams::Error::NoBotEndpoint) => Self::back(life).await,
                    Err(error) => panic!("{error}"),
                }
            }
        }
    }
}
