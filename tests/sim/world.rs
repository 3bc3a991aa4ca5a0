//! The world of one history: Beckon over a database in memory, and everything around it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use beckon::clock::{Clock, SharedClock};
use beckon::engine::{Engine, Executor, Signals};
use beckon::store::sqlite::SqliteStore;
use beckon::store::{Origin, Request, Store};
use beckon_domain::command::{Command, Envelope};
use beckon_domain::ids::{CommandId, SessionId};
use beckon_domain::room::Room;
use jiff::{SignedDuration, Timestamp};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, params};

use crate::broken;
use crate::clock::ManualClock;
use crate::diary::Diary;
use crate::dice::Dice;
use crate::history::{Step, Task, What};
use crate::mirror::{Key, Mirror, TimerRow};
use crate::outside::Outside;
use crate::people::Hands;
use crate::rules::Rules;
use crate::schedule::{Ending, Going, together};
use crate::town::Town;
use crate::{consumer, teams};

pub(crate) struct World {
    pub(crate) town: Town,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) outside: Outside,
    pub(crate) diary: Diary,
    pub(crate) db: Connection,
    pub(crate) mirror: Mirror,
    pub(crate) rules: Rules,
    pub(crate) dice: Dice,
    pub(crate) cards: Arc<teams::Sender>,
    pub(crate) effects: Arc<consumer::Sender>,
    /// When every task had its last turn.
    pub(crate) looked_at: Timestamp,
    beckon: Option<Beckon>,
    name: String,
}

/// What dies in a crash.
struct Beckon {
    store: Arc<dyn Store>,
    /// Two nodes over the same store: their leases are kept apart.
    nodes: [Engine; 2],
}

/// Databases in memory are told apart by their names; those have nothing to do with the history.
static NEXT: AtomicU64 = AtomicU64::new(0);

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        let name = format!("simulation-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let town = Town::new();
        let clock = Arc::new(ManualClock::new(seed));
        let outside = Outside::new();
        let cards = Arc::new(teams::Sender {
            directory: Arc::clone(&town.directory),
            outside: outside.clone(),
            clock: Arc::clone(&clock),
        });
        let effects =
            Arc::new(consumer::Sender { outside: outside.clone(), clock: Arc::clone(&clock) });
        // Keeps the database alive while Beckon is down.
        let db = Connection::open(format!("file:{name}?mode=memory&cache=shared")).unwrap();
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).unwrap();
        let mut world = Self {
            db,
            town,
            clock,
            outside,
            diary: Diary::default(),
            mirror: Mirror::default(),
            rules: Rules::default(),
            dice: Dice::new(seed),
            cards,
            effects,
            looked_at: Timestamp::MIN,
            beckon: None,
            name,
        };
        world.start();
        world
    }

    fn start(&mut self) {
        let clock: SharedClock = self.clock.clone();
        let signals = Arc::new(Signals::default());
        let directory = &self.town.directory;
        let executor = Executor::new(Arc::clone(directory));
        let store: Arc<dyn Store> = Arc::new(
            SqliteStore::in_memory(&self.name, executor, clock.clone(), Arc::clone(&signals))
                .expect("the store opens"),
        );
        let node = || {
            let (store, directory) = (Arc::clone(&store), Arc::clone(directory));
            Engine::new(store, directory, clock.clone(), Arc::clone(&signals))
        };
        self.beckon = Some(Beckon { nodes: [node(), node()], store: Arc::clone(&store) });
    }

    pub(crate) fn hands(&self, node: u8) -> Hands {
        let beckon = self.beckon.as_ref().expect("it runs between steps");
        Hands {
            engine: beckon.nodes[usize::from(node % 2)].clone(),
            store: Arc::clone(&beckon.store),
            clock: Arc::clone(&self.clock),
            outside: self.outside.clone(),
            diary: self.diary.clone(),
            tenants: self.town.directory.tenant_ids().collect(),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn room(&self, (tenant, session): Key<SessionId>) -> Option<Room> {
        let sql = "SELECT doc FROM room WHERE tenant = ?1 AND session = ?2";
        let doc =
            self.db.query_row(sql, params![tenant.0, session.0], |row| row.get::<_, String>(0));
        serde_json::from_str(&doc.ok()?).ok()
    }

    /// Lets a step happen, and looks whether the rules still hold.
    pub(crate) fn step(&mut self, step: &Step) -> Result<(), String> {
        self.dice = Dice::new(step.luck);
        self.outside.lock().dice = Dice::new(!step.luck);
        match &step.what {
            What::Together { tasks, cut } => {
                let going = tasks.iter().flat_map(|task| self.begin(*task)).collect();
                self.go(going, *cut)?;
            }
            What::Pass(seconds) => self.pass(i64::from(*seconds)),
            What::Due => self.fire_in_time()?,
            What::Restart => self.restart()?,
            What::Break(broken) => broken::damage(&self.db, *broken),
            What::Mend => broken::mend(&self.db),
            What::Weather(weather) => self.outside.lock().weather = *weather,
            What::Vanish(n) => {
                let posts = &mut self.outside.lock().teams.posts;
                if !posts.is_empty() {
                    let n = usize::from(*n) % posts.len();
                    posts[n].gone = true;
                }
            }
            What::LateTimer(n) => self.fire_again(usize::from(*n))?,
        }
        self.check()
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.pass(SignedDuration::from_secs(seconds));
    }

    /// Lets time pass until the next timer is due, and fires it.
    fn fire_in_time(&mut self) -> Result<(), String> {
        let now = self.now().as_microsecond();
        let next = self.mirror.timers.values().map(|timer| timer.due).min();
        if let Some(wait) = next.map(|due| due - now).filter(|wait| *wait > 0) {
            self.clock.pass(SignedDuration::from_micros(wait));
        }
        let timers = self.begin(Task::Timers);
        self.go(timers, None)
    }

    /// Lets these go on until they are done; a cut is a crash.
    pub(crate) fn go(&mut self, going: Vec<Going>, cut: Option<u16>) -> Result<(), String> {
        match together(going, &mut self.dice, cut) {
            Ending::Done => Ok(()),
            Ending::Cut => {
                self.beckon = None;
                self.start();
                Ok(())
            }
            Ending::Endless => Err("liveness: something goes round in circles".to_owned()),
        }
    }

    fn restart(&mut self) -> Result<(), String> {
        let nodes = self.beckon.as_ref().map(|beckon| beckon.nodes.clone()).expect("it runs");
        let store = self.hands(0).store;
        let stop: Going = Box::pin(async move {
            for node in nodes {
                let _leases_run_out = node.release().await;
            }
            store.close().await;
        });
        self.go(vec![stop], None)?;
        self.beckon = None;
        self.start();
        Ok(())
    }

    /// Fires a timer that was seen due once. Only the row as it was seen may take it.
    fn fire_again(&mut self, n: usize) -> Result<(), String> {
        let seen = {
            let diary = self.diary.open();
            if diary.timers.is_empty() {
                return Ok(());
            }
            diary.timers[n % diary.timers.len()]
        };
        let row = (seen.tenant, seen.timer.key.kind().to_owned(), seen.timer.key.target());
        let as_seen =
            TimerRow { generation: seen.generation, due: seen.timer.due.as_microsecond() };
        let still_set = self.mirror.timers.get(&row) == Some(&as_seen);
        let envelope = Envelope {
            tenant: seen.tenant,
            id: CommandId(format!("again:{}", self.clock.new_id())),
            command: Command::Timer(seen.timer),
        };
        let request = Request::from_origin(envelope, Origin::Timer { generation: seen.generation });
        let (store, outside) = (self.hands(0).store, self.outside.clone());
        let fire: Going = Box::pin(async move {
            if let Ok(executed) = store.execute(request).await
                && executed.repeated == still_set
            {
                outside.broken(&format!("rule 7: {seen:?} was fired, set: {still_set}"));
            }
        });
        self.go(vec![fire], None)
    }

    /// Reads what is durable now and holds the rules against it.
    pub(crate) fn check(&mut self) -> Result<(), String> {
        self.mirror.refresh(&self.db)?;
        if let Some(rule) = &self.outside.lock().broken {
            return Err(rule.clone());
        }
        Rules::check(self)
    }
}
