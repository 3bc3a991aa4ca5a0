-- Rows are the state. Each has its key, the columns that are searched or ordered by, a version, and
-- one JSON document (`doc`); no query reaches into the document.
-- Times are microseconds since 1970-01-01 UTC. Ids are UUIDs of 16 bytes.

CREATE TABLE session (
  tenant     BLOB    NOT NULL,
  id         BLOB    NOT NULL,
  version    INTEGER NOT NULL,
  phase      TEXT    NOT NULL,
  service    TEXT    NOT NULL,
  account    TEXT    NOT NULL,
  address    TEXT    NOT NULL,
  queued_at  INTEGER,
  doc        TEXT    NOT NULL,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;

-- One open session per address: guards the row that does not exist yet.
CREATE UNIQUE INDEX session_open ON session (tenant, account, address) WHERE phase <> 'ended';
-- The queue, oldest first.
CREATE INDEX session_waiting ON session (tenant, queued_at, id, service) WHERE phase = 'waiting';
-- All sessions of an address, in their order: what the customer reads.
CREATE INDEX session_address ON session (tenant, account, address, id);

CREATE TABLE invitation (
  tenant      BLOB    NOT NULL,
  id          BLOB    NOT NULL,
  version     INTEGER NOT NULL,
  session     BLOB    NOT NULL,
  agent       BLOB    NOT NULL,
  state       TEXT    NOT NULL,
  card_wanted INTEGER NOT NULL,
  card_shown  INTEGER NOT NULL,
  card_due    INTEGER NOT NULL, -- not sent before; 0: at once
  doc         TEXT    NOT NULL,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;

-- At most one accepted invitation per session, at most one ringing per (session, agent): rule 2.
CREATE UNIQUE INDEX invitation_accepted ON invitation (tenant, session) WHERE state = 'accepted';
CREATE UNIQUE INDEX invitation_ringing ON invitation (tenant, session, agent) WHERE state = 'ringing';
-- Cards to send: this index is their queue.
CREATE INDEX invitation_dirty ON invitation (card_due, tenant, id) WHERE card_wanted <> card_shown;
-- What an agent has in hand, and had.
CREATE INDEX invitation_agent ON invitation (tenant, agent, id);

CREATE TABLE agent (
  tenant  BLOB    NOT NULL,
  id      BLOB    NOT NULL,
  version INTEGER NOT NULL,
  doc     TEXT    NOT NULL,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;

CREATE TABLE room (
  tenant  BLOB    NOT NULL,
  session BLOB    NOT NULL,
  version INTEGER NOT NULL,
  doc     TEXT    NOT NULL,
  PRIMARY KEY (tenant, session)
) WITHOUT ROWID;

CREATE TABLE message (
  tenant  BLOB    NOT NULL,
  session BLOB    NOT NULL,
  seq     INTEGER NOT NULL,
  doc     TEXT    NOT NULL,
  PRIMARY KEY (tenant, session, seq)
) WITHOUT ROWID;

CREATE TABLE event (
  pos     INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant  BLOB    NOT NULL,
  session BLOB    NOT NULL,
  seq     INTEGER NOT NULL,
  doc     TEXT    NOT NULL
);
CREATE UNIQUE INDEX event_session ON event (tenant, session, seq);

CREATE TABLE timer (
  tenant     BLOB    NOT NULL,
  kind       TEXT    NOT NULL,
  target     BLOB    NOT NULL,
  generation INTEGER NOT NULL,
  due        INTEGER NOT NULL,
  PRIMARY KEY (tenant, kind, target)
) WITHOUT ROWID;
CREATE INDEX timer_due ON timer (tenant, due);

-- Keys of commands that had an effect, with what their sender was told.
CREATE TABLE command (
  tenant BLOB    NOT NULL,
  id     TEXT    NOT NULL,
  at     INTEGER NOT NULL,
  reply  TEXT    NOT NULL,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;

CREATE TABLE secret (
  name  TEXT PRIMARY KEY,
  value BLOB NOT NULL
) WITHOUT ROWID;
