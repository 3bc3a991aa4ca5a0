//! The end of a history: faults off, time runs, and everything has to come to rest.

use beckon_domain::command::Command;

use crate::broken;
use crate::diary::Fate;
use crate::dice::Dice;
use crate::history::{Task, Weather};
use crate::mirror::count;
use crate::rules::{all_arrived, all_swept, all_true};
use crate::tasks::click_on;
use crate::teams::Post;
use crate::world::World;

/// A round of every task of the engine.
const ROUND: [Task; 8] = [
    Task::FollowUps,
    Task::Timers,
    Task::Day(0),
    Task::Offers,
    Task::Cards,
    Task::Lanes(0),
    Task::Upkeep(0),
    Task::Follow,
];

/// Rows of reports are folded from events; whoever had the session has the same in their document.
const OTHER_CODES: &str = "SELECT count(*) FROM session_report r
    JOIN invitation i ON i.tenant = r.tenant AND i.session = r.session
    WHERE i.state IN ('wrap_up', 'concluded', 'stale')
      AND (r.codes IS NOT json_extract(i.doc, '$.codes.codes')
        OR r.codes2 IS NOT json_extract(i.doc, '$.codes.codes2')
        OR (r.tags IS NULL) <> (json_extract(i.doc, '$.codes.tags') IS NULL))";
const OTHER_MISSES: &str = "SELECT count(*) FROM session_report r
    JOIN session s ON s.tenant = r.tenant AND s.id = r.session
    WHERE r.codes_missing <> coalesce(json_extract(s.doc, '$.codes_missing'), 0)";

impl World {
    /// Lets everything come to rest, and looks whether it did.
    pub(crate) fn quiesce(&mut self) -> Result<(), String> {
        self.dice = Dice::new(1);
        broken::mend(&self.db);
        self.outside.lock().weather = Weather::Fine;
        for n in 0..self.town.agents.len() {
            let installs = self.install(n as u8);
            self.go(installs, None)?;
            let returns = [
                Task::Duty { agent: n as u8, on: true },
                Task::Presence { agent: n as u8, presence: 7 },
            ];
            for task in returns {
                let going = self.begin(task);
                self.go(going, None)?;
            }
        }
        self.send_what_nobody_answered()?;
        self.rounds(6, 20)?;
        self.end_conversations()?;
        self.rounds(4, 400)?;
        self.click_strays()?;
        self.rounds(4, 90)?;
        self.rounds(2, 100_000)?;
        all_arrived(self)?;
        all_true(self)?;
        all_swept(self)?;
        self.at_rest()
    }

    fn rounds(&mut self, rounds: usize, seconds: i64) -> Result<(), String> {
        for _ in 0..rounds {
            for task in ROUND {
                let going = self.begin(task);
                self.go(going, None)?;
            }
            self.check()?;
            self.looked_at = self.now();
            self.pass(seconds);
        }
        Ok(())
    }

    /// Whoever got no answer comes again, with the same key.
    fn send_what_nobody_answered(&mut self) -> Result<(), String> {
        let letters = self.diary.open().letters.len();
        for letter in 0..letters {
            let hands = self.hands(0);
            let unknown = self.diary.open().letters[letter].fate == Fate::Unknown;
            if unknown && hands.may_repeat(letter) {
                self.go(vec![Box::pin(hands.send(letter, None))], None)?;
                if self.diary.open().letters[letter].fate == Fate::Unknown {
                    return Err("liveness: a message is not taken".to_owned());
                }
            }
        }
        self.check()
    }

    fn end_conversations(&mut self) -> Result<(), String> {
        let owned = self.mirror.sessions.all().filter(|(_, row)| row.owner().is_some());
        let sessions: Vec<_> = owned.map(|(tenant, row)| (tenant, row.id)).collect();
        for (tenant, session) in sessions {
            let end = self.hands(0).command(tenant, Command::AdminEnd { session, audit: None });
            self.go(vec![Box::pin(end)], None)?;
        }
        self.check()
    }

    /// A copy of which Beckon never heard is on display until somebody clicks on it.
    fn click_strays(&mut self) -> Result<(), String> {
        let known = |post: &Post| {
            let row = self.mirror.invitation((post.tenant, post.invitation));
            row.is_some_and(|row| row.card.copies.iter().any(|copy| copy.activity == post.activity))
        };
        let strays: Vec<Post> = {
            let outside = self.outside.lock();
            outside.teams.on_display().filter(|post| !known(post)).cloned().collect()
        };
        for post in strays {
            let click = self.hands(0).click(click_on(&post, 0, None));
            self.go(vec![Box::pin(click)], None)?;
        }
        self.check()
    }

    /// Nothing is left to do, and nobody holds anything.
    fn at_rest(&self) -> Result<(), String> {
        for (what, sql) in [
            ("lanes are claimed", "SELECT count(*) FROM lane WHERE owner IS NOT NULL"),
            ("lanes are due", "SELECT count(*) FROM lane WHERE due IS NOT NULL"),
            ("effects are left", "SELECT count(*) FROM outbox WHERE dead = 0"),
            ("follow-ups are left", "SELECT count(*) FROM follow_up"),
            ("timers are left", "SELECT count(*) FROM timer"),
            ("cards are dirty", "SELECT count(*) FROM invitation WHERE card_wanted <> card_shown"),
            ("reports say other codes than what was said", OTHER_CODES),
            ("reports miss other codes than their sessions", OTHER_MISSES),
            ("sessions are open", "SELECT count(*) FROM session WHERE phase <> 'ended'"),
        ] {
            let left = count(&self.db, sql);
            if left > 0 {
                let timers = &self.mirror.timers;
                return Err(format!("liveness: {left} {what}, timers: {timers:?}"));
            }
        }
        let dead = count(&self.db, "SELECT count(*) FROM outbox WHERE dead = 1");
        let told = count(
            &self.db,
            "SELECT count(*) FROM event WHERE json_extract(doc, '$.event')
             IN ('message_undelivered', 'notice_dropped')",
        );
        if dead > told {
            return Err(format!("liveness: {dead} effects were given up, {told} have an event"));
        }
        let read: usize = self.diary.open().feed.values().map(|feed| feed.1.len()).sum();
        let written = count(&self.db, "SELECT count(*) FROM event");
        if read as u64 == written {
            Ok(())
        } else {
            Err(format!("rule 10: the feed gave {read} of {written} events"))
        }
    }
}
