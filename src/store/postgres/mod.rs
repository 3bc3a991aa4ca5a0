//! The store for several nodes: PostgreSQL.
//!
//! A command is a transaction on a connection of its own; the rows it reads are locked in one order
//! (`tx`). What conflicts is run again (`execute`); what was cut off in its commit is asked for
//! by the command's key. Other nodes hear of a commit by `NOTIFY` and, where that does not reach
//! them, by looking (`notify`).

mod again;
mod claim;
mod connect;
mod examine;
mod execute;
mod fault;
mod feed;
mod link;
mod lists;
mod measures;
mod months;
mod notify;
mod outbox;
mod prune;
mod read;
mod reports;
mod rooms;
mod rows;
mod schema;
mod sends;
mod sql;
mod states;
mod sweep;
mod tls;
mod tx;

use std::sync::Arc;

use async_trait::async_trait;
use beckon_domain::command::Reply;
use beckon_domain::event::Event;
use beckon_domain::ids::{
    AccountId, Address, AgentId, CommandId, InvitationId, ServiceId, SessionId, TenantId,
};
use beckon_domain::invitation::Invitation;
use beckon_domain::session::{Message, Session};
use deadpool_postgres::Pool;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::connect::Target;
pub use self::examine::{Examination, examine};
use self::fault::Fault;
use self::link::Link;
use self::sql::Statements;
use super::{
    AgentHistory, CardRows, Class, CustomerMessage, DirtyCard, DueTimer, ExecuteError, Expired,
    FeedEntry, Finished, FollowUp, Inbox, Invited, LaneClaim, Measures, NodeId, OpenRoom,
    OutboxEntry, Pruned, Request, RoomRows, SendBudget, SessionReport, Settled, Settlement, Span,
    Store, StoreError, StoreGauges, Waiting,
};
use crate::clock::SharedClock;
use crate::engine::{Executed, Executor, Signals};

/// Where the database is, and how much of it is used.
#[derive(Clone, Debug)]
pub struct Options {
    /// The connection string, as a URL or as `key=value` pairs.
    pub url: SecretString,
    /// The most connections for commands and reads; one more listens for other nodes.
    pub pool_size: usize,
}

/// A store in a PostgreSQL database, shared with other nodes.
#[derive(Debug)]
pub struct PostgresStore {
    core: Arc<Core>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

/// What commands, reads and the background share.
#[derive(Debug)]
struct Core {
    pool: Pool,
    how: Statements,
    executor: Executor,
    clock: SharedClock,
    signals: Arc<Signals>,
    /// Rung after a commit, for other nodes to hear.
    bell: Notify,
    /// Maintenance leaves most connections to live traffic.
    maintenance: Semaphore,
}

impl Core {
    async fn link(&self) -> Result<Link, (StoreError, Fault)> {
        match self.pool.get().await {
            Ok(client) => Ok(Link::new(client, self.how)),
            Err(error) => {
                let fault = Fault::of_pool(&error);
                Err((error.into(), fault))
            }
        }
    }
}

impl PostgresStore {
    /// Connects, brings the schema up to date and begins to listen for other nodes. Each commit,
    /// of this node and of others, is reported to `signals`.
    ///
    /// # Errors
    /// [`StoreError::Connect`] when the server cannot be used as configured,
    /// [`StoreError::NewerSchema`] when a newer Beckon works with this database.
    pub async fn open(
        options: &Options,
        executor: Executor,
        clock: SharedClock,
        signals: Arc<Signals>,
    ) -> Result<Self, StoreError> {
        let target = Target::parse(&options.url)?;
        let pool = target.pool(options.pool_size)?;
        let mut link = Link::new(target.first(&pool).await?, Statements::Whole);
        let server = schema::inspect(&mut link).await?;
        schema::migrate(&mut link, schema::MIGRATIONS).await?;
        let mut other = Link::new(pool.get().await?, Statements::Whole);
        let pooled = schema::is_pooled(&mut link, &mut other).await?;
        drop((link, other));
        server.warn(pooled);
        let maintenance = Semaphore::new((options.pool_size / 4).max(1));
        let how = if pooled { Statements::Whole } else { Statements::Prepared };
        let bell = Notify::new();
        let core = Arc::new(Core { pool, how, executor, clock, signals, bell, maintenance });
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let (listener, stopped) = (Arc::clone(&core), stop.clone());
        tasks.spawn(async move {
            tokio::select! {
                () = stopped.cancelled() => {}
                () = notify::run(&listener, &target, pooled) => {}
            }
        });
        Ok(Self { core, stop, tasks })
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn execute(&self, request: Request) -> Result<Executed, ExecuteError> {
        // Counted before it is asked whether the store closes: closing waits for all that counted.
        let _running = self.tasks.token();
        if self.tasks.is_closed() {
            return Err(StoreError::Unavailable("shutting down").into());
        }
        let executed = self.core.execute(&request).await?;
        self.core.signals.committed(&executed);
        if !executed.repeated {
            self.core.bell.notify_one();
        }
        Ok(executed)
    }

    async fn due_timers(
        &self,
        tenant: TenantId,
        now: Timestamp,
        limit: usize,
    ) -> Result<(Vec<DueTimer>, Option<Timestamp>), StoreError> {
        self.core.due_timers(tenant, now, limit).await
    }

    async fn follow_ups(&self, after: u64, limit: usize) -> Result<Vec<FollowUp>, StoreError> {
        self.core.follow_ups(after, limit).await
    }

    async fn claim_cards(
        &self,
        tenants: &[TenantId],
        class: Class,
        node: NodeId,
        now: Timestamp,
        lease: SignedDuration,
        limit: usize,
    ) -> Result<(Vec<DirtyCard>, Option<Timestamp>), StoreError> {
        self.core.claim_cards(tenants, class, node, now, lease, limit).await
    }

    async fn waiting(
        &self,
        after: Option<&Waiting>,
        limit: usize,
    ) -> Result<Vec<Waiting>, StoreError> {
        self.core.waiting(after, limit).await
    }

    async fn ringing_at_fewer(
        &self,
        tenant: TenantId,
        service: &ServiceId,
        at_once: u32,
        limit: usize,
    ) -> Result<Vec<Waiting>, StoreError> {
        self.core.ringing_at_fewer(tenant, service, at_once, limit).await
    }

    async fn card(
        &self,
        tenant: TenantId,
        invitation: InvitationId,
    ) -> Result<Option<CardRows>, StoreError> {
        self.core.card(tenant, invitation).await
    }

    async fn session(
        &self,
        tenant: TenantId,
        id: SessionId,
    ) -> Result<Option<Session>, StoreError> {
        self.core.session(tenant, id).await
    }

    async fn room(
        &self,
        tenant: TenantId,
        session: SessionId,
    ) -> Result<Option<RoomRows>, StoreError> {
        self.core.room(tenant, session).await
    }

    async fn session_of_chat(
        &self,
        tenant: TenantId,
        reference: &str,
    ) -> Result<Option<SessionId>, StoreError> {
        self.core.session_of_chat(tenant, reference).await
    }

    async fn open_rooms(
        &self,
        after: Option<(TenantId, SessionId)>,
        limit: usize,
    ) -> Result<Vec<OpenRoom>, StoreError> {
        self.core.open_rooms(after, limit).await
    }

    async fn recorded(
        &self,
        tenant: TenantId,
        id: &CommandId,
    ) -> Result<Option<Reply>, StoreError> {
        self.core.recorded(tenant, id).await
    }

    async fn messages(
        &self,
        tenant: TenantId,
        session: SessionId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Message>, StoreError> {
        self.core.messages(tenant, session, after, limit).await
    }

    async fn customer_messages(
        &self,
        tenant: TenantId,
        account: &AccountId,
        address: &Address,
        after: Option<(SessionId, u64)>,
        limit: usize,
    ) -> Result<(Vec<CustomerMessage>, Option<Session>), StoreError> {
        self.core.customer_messages(tenant, account, address, after, limit).await
    }

    async fn inbox(
        &self,
        tenant: TenantId,
        agent: AgentId,
        limit: usize,
    ) -> Result<Inbox, StoreError> {
        self.core.inbox(tenant, agent, limit).await
    }

    async fn events(&self, tenant: TenantId, session: SessionId) -> Result<Vec<Event>, StoreError> {
        self.core.events(tenant, session).await
    }

    async fn report(
        &self,
        tenant: TenantId,
        session: SessionId,
    ) -> Result<Option<SessionReport>, StoreError> {
        self.core.report(tenant, session).await
    }

    async fn agent_history(
        &self,
        tenant: TenantId,
        agent: AgentId,
        from: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Result<AgentHistory, StoreError> {
        self.core.agent_history(tenant, agent, (from, until), limit).await
    }

    async fn open_sessions(
        &self,
        tenant: TenantId,
        before: SessionId,
        limit: usize,
    ) -> Result<Vec<Session>, StoreError> {
        self.core.open_sessions(tenant, before, limit).await
    }

    async fn customer_sessions(
        &self,
        tenant: TenantId,
        account: &AccountId,
        address: &Address,
        before: SessionId,
        limit: usize,
    ) -> Result<Vec<Session>, StoreError> {
        self.core.customer_sessions(tenant, account, address, before, limit).await
    }

    async fn finished(
        &self,
        tenant: TenantId,
        wanted: &Finished,
        limit: usize,
    ) -> Result<Vec<SessionReport>, StoreError> {
        self.core.finished(tenant, wanted, limit).await
    }

    async fn invitations(
        &self,
        tenant: TenantId,
        wanted: Invited,
        limit: usize,
    ) -> Result<Vec<Invitation>, StoreError> {
        self.core.invitations(tenant, wanted, limit).await
    }

    async fn measure(
        &self,
        tenant: TenantId,
        span: &Span,
        measures: Measures,
    ) -> Result<Measures, StoreError> {
        self.core.measure(tenant, span, measures).await
    }

    async fn feed(
        &self,
        tenant: TenantId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<FeedEntry>, StoreError> {
        self.core.feed(tenant, after, limit).await
    }

    async fn sequence_feed(
        &self,
        node: NodeId,
        _now: Timestamp,
        limit: usize,
    ) -> Result<usize, StoreError> {
        self.core.sequence_feed(node, limit).await
    }

    async fn claim_lanes(
        &self,
        class: Class,
        node: NodeId,
        now: Timestamp,
        lease: SignedDuration,
        limit: usize,
    ) -> Result<(Vec<LaneClaim>, Option<Timestamp>), StoreError> {
        self.core.claim_lanes(class, node, now, lease, limit).await
    }

    async fn lane_head(
        &self,
        claim: &LaneClaim,
        limit: usize,
    ) -> Result<Vec<OutboxEntry>, StoreError> {
        self.core.lane_head(claim, limit).await
    }

    async fn renew_lane(
        &self,
        claim: &LaneClaim,
        _now: Timestamp,
        lease: SignedDuration,
    ) -> Result<bool, StoreError> {
        self.core.renew_lane(claim, lease).await
    }

    async fn settle(
        &self,
        claim: &LaneClaim,
        settlement: Settlement,
        _now: Timestamp,
        lease: SignedDuration,
    ) -> Result<Settled, StoreError> {
        self.core.settle(claim, &settlement, lease).await
    }

    async fn release(&self, node: NodeId) -> Result<(), StoreError> {
        self.core.release(node).await
    }

    async fn outbox(
        &self,
        after: u64,
        dead_only: bool,
        limit: usize,
    ) -> Result<Vec<OutboxEntry>, StoreError> {
        self.core.outbox(after, dead_only, limit).await
    }

    async fn outbox_retry(&self, pos: u64, now: Timestamp) -> Result<bool, StoreError> {
        self.core.outbox_retry(pos, now).await
    }

    async fn outbox_drop(&self, pos: u64) -> Result<bool, StoreError> {
        self.core.outbox_drop(pos).await
    }

    async fn lease(
        &self,
        name: &str,
        node: NodeId,
        _now: Timestamp,
        lease: SignedDuration,
    ) -> Result<bool, StoreError> {
        self.core.lease(name, node, lease).await
    }

    async fn prune(&self, what: Expired) -> Result<Pruned, StoreError> {
        self.core.prune(what).await
    }

    async fn expired(&self, what: Expired) -> Result<u64, StoreError> {
        self.core.expired(what).await
    }

    async fn make_room(&self) -> Result<(), StoreError> {
        self.core.make_months().await
    }

    async fn gauges(&self, _now: Timestamp) -> Result<StoreGauges, StoreError> {
        self.core.gauges().await
    }

    async fn secret(&self, name: &str, fresh: Vec<u8>) -> Result<Vec<u8>, StoreError> {
        self.core.secret(name, fresh).await
    }

    fn send_budget(&self) -> Option<Arc<dyn SendBudget>> {
        Some(Arc::clone(&self.core) as _)
    }

    async fn close(&self) {
        self.tasks.close();
        self.stop.cancel();
        self.tasks.wait().await;
        self.core.pool.close();
    }
}
