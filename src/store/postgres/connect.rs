//! The way to the server: its address, the pool, what has to be right there.

use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime, Timeouts};
use secrecy::{ExposeSecret, SecretString};
use tokio_postgres::config::Host;
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::NoTlsStream;
use tokio_postgres::{Client, Config, Connection, Error, NoTls, Socket};

use super::fault::words;
use crate::store::StoreError;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a command waits for a connection of the pool.
const WAIT: Duration = Duration::from_secs(10);
/// How long sent bytes may stay unconfirmed before the connection counts as broken. A server that
/// vanished without a word is noticed by this.
const SILENCE: Duration = Duration::from_secs(10);

/// Where the server is, as `store.url` says it.
#[derive(Clone, Debug)]
pub(super) struct Target {
    config: Config,
}

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
        Ok(Self { config })
    }

    /// A pool of at most `size` connections. None is made yet.
    pub(super) fn pool(&self, size: usize) -> Result<Pool, StoreError> {
        let recycling_method = RecyclingMethod::Fast;
        let manager =
            Manager::from_config(self.config.clone(), NoTls, ManagerConfig { recycling_method });
        Pool::builder(manager)
            .max_size(size)
            .runtime(Runtime::Tokio1)
            .timeouts(Timeouts { wait: Some(WAIT), create: Some(CONNECT), recycle: Some(CONNECT) })
            .build()
            .map_err(|error| StoreError::Connect(error.to_string()))
    }

    /// A connection beside the pool.
    pub(super) async fn connect(
        &self,
    ) -> Result<(Client, Connection<Socket, NoTlsStream>), StoreError> {
        self.config.connect(NoTls).await.map_err(|error| self.explain(&error))
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
            None => format!(
                "store.url: cannot reach {shown}: {}; is PostgreSQL running there?",
                words(error)
            ),
        })
    }
}

fn host(host: &Host) -> String {
    match host {
        Host::Tcp(name) => name.clone(),
        #[cfg(unix)]
        Host::Unix(path) => path.display().to_string(),
    }
}
