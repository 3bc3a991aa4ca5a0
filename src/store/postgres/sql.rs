//! Statements with their parameters, and several of them in one round trip.
//!
//! A connection carries out what it gets in order, and need not be waited for in between. So the
//! statements of one step leave together and cost one journey, not one each.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use deadpool_postgres::ClientWrapper;
use futures_util::future::{MaybeDone, maybe_done};
use futures_util::{FutureExt, TryStreamExt};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Error, Row, RowStream};
use uuid::Uuid;

/// A parameter, with the type that the server is told.
#[derive(Clone, Debug)]
pub(super) enum Param {
    Uuid(Option<Uuid>),
    Text(Option<String>),
    Int(Option<i64>),
    Bool(bool),
    Bytes(Vec<u8>),
    Uuids(Vec<Uuid>),
    Ints(Vec<i64>),
    Texts(Vec<String>),
}

impl Param {
    fn typed(&self) -> (&(dyn ToSql + Sync), Type) {
        match self {
            Self::Uuid(value) => (value, Type::UUID),
            Self::Text(value) => (value, Type::TEXT),
            Self::Int(value) => (value, Type::INT8),
            Self::Bool(value) => (value, Type::BOOL),
            Self::Bytes(value) => (value, Type::BYTEA),
            Self::Uuids(value) => (value, Type::UUID_ARRAY),
            Self::Ints(value) => (value, Type::INT8_ARRAY),
            Self::Texts(value) => (value, Type::TEXT_ARRAY),
        }
    }
}

macro_rules! param_from {
    ($($from:ty => |$value:ident| $param:expr;)*) => {$(
        impl From<$from> for Param {
            fn from($value: $from) -> Self {
                $param
            }
        }
    )*};
}

param_from! {
    Uuid => |value| Self::Uuid(Some(value));
    Option<Uuid> => |value| Self::Uuid(value);
    String => |value| Self::Text(Some(value));
    Option<String> => |value| Self::Text(value);
    &str => |value| Self::Text(Some(value.to_owned()));
    i64 => |value| Self::Int(Some(value));
    bool => |value| Self::Bool(value);
    Option<i64> => |value| Self::Int(value);
    u64 => |value| Self::Int(Some(i64::try_from(value).unwrap_or(i64::MAX)));
    u32 => |value| Self::Int(Some(value.into()));
    usize => |value| Self::Int(Some(i64::try_from(value).unwrap_or(i64::MAX)));
    Vec<u8> => |value| Self::Bytes(value);
    Vec<Uuid> => |value| Self::Uuids(value);
    Vec<i64> => |value| Self::Ints(value);
    Vec<String> => |value| Self::Texts(value);
}

/// A statement with its parameters.
#[derive(Clone, Debug)]
pub(super) struct Query {
    sql: &'static str,
    params: Vec<Param>,
}

impl Query {
    pub(super) fn new(sql: &'static str, params: Vec<Param>) -> Self {
        Self { sql, params }
    }
}

/// A [`Query`] of a text and its parameters in order.
macro_rules! query {
    ($sql:expr $(, $param:expr)* $(,)?) => {
        $crate::store::postgres::sql::Query::new($sql, vec![$($param.into()),*])
    };
}
pub(super) use query;

/// What a statement gave.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) rows: Vec<Row>,
    /// How many rows it touched.
    pub(super) count: u64,
}

/// How statements reach the server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Statements {
    /// Prepared once for each connection.
    Prepared,
    /// Sent whole each time: behind a pooler the next transaction meets another server process,
    /// which knows nothing of what was prepared before.
    Whole,
}

/// Carries out the queries in order, all of them in one round trip. The error is the first one;
/// what comes after it in a transaction was refused by the server.
pub(super) async fn run(
    client: &ClientWrapper,
    how: Statements,
    queries: &[Query],
) -> Result<Vec<Answer>, Error> {
    if how == Statements::Prepared {
        // Before the first one leaves: preparing takes a journey of its own the first time, and
        // the queries after it would overtake.
        for query in queries {
            prepare(client, query).await?;
        }
    }
    let mut running: Vec<Pin<Box<MaybeDone<_>>>> =
        queries.iter().map(|query| Box::pin(maybe_done(one(client, how, query)))).collect();
    // The first poll of each sends it; they are polled in their order.
    poll_fn(|context| {
        let mut waiting = false;
        for query in &mut running {
            waiting |= query.as_mut().poll_unpin(context).is_pending();
        }
        if waiting { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    running.iter_mut().filter_map(|query| query.as_mut().take_output()).collect()
}

async fn prepare(
    client: &ClientWrapper,
    query: &Query,
) -> Result<tokio_postgres::Statement, Error> {
    let types: Vec<Type> = query.params.iter().map(|param| param.typed().1).collect();
    client.prepare_typed_cached(query.sql, &types).await
}

async fn one(client: &ClientWrapper, how: Statements, query: &Query) -> Result<Answer, Error> {
    let stream: RowStream = match how {
        Statements::Prepared => {
            let statement = prepare(client, query).await?;
            let params = query.params.iter().map(|param| param.typed().0);
            client.query_raw(&statement, params.collect::<Vec<_>>()).await?
        }
        Statements::Whole => {
            let params = query.params.iter().map(Param::typed);
            client.query_typed_raw(query.sql, params.collect::<Vec<_>>()).await?
        }
    };
    let mut stream = Box::pin(stream);
    let mut rows = Vec::new();
    while let Some(row) = stream.try_next().await? {
        rows.push(row);
    }
    Ok(Answer { rows, count: stream.rows_affected().unwrap_or(0) })
}
