-- The outbox with its lanes, follow-ups, leases; the feed's places on events.

-- What a session has in hand: its lock covers these.
CREATE INDEX invitation_live ON invitation (tenant, session, id)
  WHERE state IN ('ringing', 'accepted', 'wrap_up');

-- A lane is claimed by one node at a time; whatever that node reports is fenced by the epoch.
CREATE TABLE lane (
  tenant      BLOB    NOT NULL,
  lane        TEXT    NOT NULL,
  due         INTEGER, -- when its head may be sent; NULL: nothing to send
  owner       BLOB,    -- the node that has it; NULL: nobody
  epoch       INTEGER NOT NULL DEFAULT 0,
  lease_until INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, lane)
) WITHOUT ROWID;
CREATE INDEX lane_due ON lane (due) WHERE due IS NOT NULL;

-- Positions are drawn under the lane's lock: within a lane they are the order of commit.
CREATE TABLE outbox (
  pos      INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant   BLOB    NOT NULL,
  lane     TEXT    NOT NULL,
  dedupe   TEXT,             -- of a notice: KIND/GENERATION
  at       INTEGER NOT NULL,
  not_after INTEGER,         -- worth nothing later
  attempts INTEGER NOT NULL DEFAULT 0,
  dead     INTEGER NOT NULL DEFAULT 0,
  error    TEXT,
  doc      TEXT    NOT NULL
);
CREATE INDEX outbox_lane ON outbox (tenant, lane, pos) WHERE dead = 0;
CREATE INDEX outbox_dead ON outbox (pos) WHERE dead = 1;
CREATE UNIQUE INDEX outbox_unique ON outbox (tenant, lane, dedupe) WHERE dedupe IS NOT NULL;

-- Commands that another one left behind; taken away by the transaction that carries them out.
CREATE TABLE follow_up (
  pos    INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant BLOB NOT NULL,
  id     BLOB NOT NULL,
  doc    TEXT NOT NULL
);
CREATE UNIQUE INDEX follow_up_id ON follow_up (tenant, id);

-- Who does what only one may do.
CREATE TABLE lease (
  name  TEXT PRIMARY KEY,
  owner BLOB    NOT NULL,
  epoch INTEGER NOT NULL,
  until INTEGER NOT NULL
) WITHOUT ROWID;

-- One writer: the place of an event in its table is the order of commit, and its place in the feed.
CREATE INDEX event_feed ON event (tenant, pos);
-- Keys of commands are forgotten by age.
CREATE INDEX command_at ON command (at);
CREATE INDEX timer_oldest ON timer (due);
