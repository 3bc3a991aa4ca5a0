//! The way to the server: its address, the pool, what has to be right there.

use std::time::Duration;

use deadpool_postgres::{
    Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime, Timeouts,
};
use futures_util::stream::{BoxStream, poll_fn};
use secrecy::{ExposeSecret, SecretString};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::TlsStream;
use tokio_postgres::{AsyncMessage, Client, Config, Connection, Error, NoTls, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::fault::words;
use super::tls;
use crate::store::StoreError;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a command waits for a connection of the pool.
const WAIT: Duration = Duration::from_secs(10);
/// How long sent bytes may stay unconfirmed before the connection counts as broken. A server that
/// vanished without a word is noticed by this.
const SILENCE: Duration = Duration::from_secs(10);

/// Where the server is, as `store.url` says it.
#[derive(Clone)]
pub(super) struct Target {
    config: Config,
    tls: Option<MakeRustlsConnect>,
}

/// What a connection beside the pool says of its own accord. It has to be polled for the connection
/// to go on, and ends with it.
pub(super) type Messages = BoxStream<'static, Result<AsyncMessage, Error>>;

impl Target {
    /// Reads a connection string, as a URL or as `key=value` pairs.
    pub(super) fn parse(url: &SecretString) -> Result<Self, StoreError> {
        // The parser's own message can quote a part of the text, which can be the password.
        let mut config: Config = url.expose_secret().parse().map_err(|_| {
            StoreError::Connect(
                "store.url is no connection string: write postgres://USER@HOST/DATABASE".to_owned(),
            )
        })?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(StoreError::Connect(
                "store.url names no host: write postgres://USER@HOST/DATABASE".to_owned(),
            ));
        }
        if config.get_application_name().is_none() {
            config.application_name("beckon");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENCE);
        }
        if config.get_keepalives_interval().is_none() {
            config.keepalives_idle(SILENCE).keepalives_interval(SILENCE / 3).keepalives_retries(3);
        }
        let tls = if encrypts(&config) { tls::connector(config.get_ssl_mode())? } else { None };
        Ok(Self { config, tls })
    }

    /// A pool of at most `size` connections. None is made yet.
    pub(super) fn pool(&self, size: usize) -> Result<Pool, StoreError> {
        let recycling_method = RecyclingMethod::Fast;
        let (config, manager) = (self.config.clone(), ManagerConfig { recycling_method });
        let manager = match self.tls.clone() {
            Some(tls) => Manager::from_config(config, tls, manager),
            None => Manager::from_config(config, NoTls, manager),
        };
        Pool::builder(manager)
            .max_size(size)
            .runtime(Runtime::Tokio1)
            .timeouts(Timeouts { wait: Some(WAIT), create: Some(CONNECT), recycle: Some(CONNECT) })
            .build()
            .map_err(|error| StoreError::Connect(error.to_string()))
    }

    /// The first connection of the pool; why none came about is explained.
    pub(super) async fn first(&self, pool: &Pool) -> Result<Object, StoreError> {
        pool.get().await.map_err(|error| match error {
            PoolError::Backend(error) => self.explain(&error),
            other => other.into(),
        })
    }

    /// A connection beside the pool.
    pub(super) async fn connect(&self) -> Result<(Client, Messages), StoreError> {
        let connected = match self.tls.clone() {
            Some(tls) => {
                self.config.connect(tls).await.map(|(client, there)| (client, messages(there)))
            }
            None => {
                self.config.connect(NoTls).await.map(|(client, there)| (client, messages(there)))
            }
        };
        connected.map_err(|error| self.explain(&error))
    }

    /// The target without its password.
    pub(super) fn shown(&self) -> String {
        let config = &self.config;
        let hosts: Vec<String> = config.get_hosts().iter().map(host).collect();
        let database = config.get_dbname().or(config.get_user()).unwrap_or_default();
        format!("{database} on {}", hosts.join(", "))
    }

    /// Why no connection came about, in one line that says what to do.
    pub(super) fn explain(&self, error: &Error) -> StoreError {
        let config = &self.config;
        let user = config.get_user().unwrap_or_default();
        let database = config.get_dbname().unwrap_or(user);
        let shown = self.shown();
        StoreError::Connect(match error.code() {
            Some(&SqlState::INVALID_PASSWORD) => format!(
                "store.url: {shown} refuses the password of {user}: correct it in BECKON_STORE_URL"
            ),
            Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION) => format!(
                "store.url: {shown} does not let {user} in: {}; look at its pg_hba.conf",
                words(error)
            ),
            Some(&SqlState::INVALID_CATALOG_NAME) => format!(
                "store.url: there is no database {database}: make it, e.g. createdb {database}"
            ),
            Some(_) => format!("store.url: {shown} refuses: {}", words(error)),
            None if error.to_string().contains("password missing") => format!(
                "store.url: {shown} wants a password of {user}: set BECKON_STORE_URL to the whole \
                 address, with the password"
            ),
            None if error.to_string().contains("TLS") => format!(
                "store.url: no encrypted connection to {shown}: {}; trust the server's CA on this \
                 system, or add sslmode=disable where the network is your own",
                words(error)
            ),
            None => format!(
                "store.url: cannot reach {shown}: {}; is PostgreSQL running there?",
                words(error)
            ),
        })
    }
}

/// Whether a connection may leave this machine unseen: over a socket file it does not.
fn encrypts(config: &Config) -> bool {
    let remote = config.get_hosts().iter().any(|host| matches!(host, Host::Tcp(_)));
    config.get_ssl_mode() != SslMode::Disable && (remote || config.get_hosts().is_empty())
}

fn messages<T>(mut connection: Connection<Socket, T>) -> Messages
where
    T: TlsStream + Unpin + Send + 'static,
{
    Box::pin(poll_fn(move |context| connection.poll_message(context)))
}

fn host(host: &Host) -> String {
    match host {
        Host::Tcp(name) => name.clone(),
        #[cfg(unix)]
        Host::Unix(path) => path.display().to_string(),
    }
}
