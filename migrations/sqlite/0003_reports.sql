-- What reports are made from, flat; what retention looks at.

-- When a session ended (NULL: it is open), and whether its messages are still there. The one look
-- into documents: sessions that ended before there was a column for it.
ALTER TABLE session ADD COLUMN ended_at INTEGER;
ALTER TABLE session ADD COLUMN texts INTEGER NOT NULL DEFAULT 1;
UPDATE session
  SET ended_at = CAST(strftime('%s', json_extract(doc, '$.phase.at')) AS INTEGER) * 1000000
  WHERE phase = 'ended';
-- What retention lets go of, oldest first: texts = 1 for messages, texts = 0 for all the rest.
CREATE INDEX session_past ON session (texts, ended_at) WHERE ended_at IS NOT NULL;

-- The session that a command was about: its key stays while that is open.
ALTER TABLE command ADD COLUMN session BLOB;
CREATE INDEX outbox_dead_at ON outbox (at) WHERE dead = 1;
CREATE INDEX outbox_dead_lane ON outbox (tenant, lane) WHERE dead = 1;
-- All invitations of a session, to be removed with it.
CREATE INDEX invitation_session ON invitation (tenant, session);

-- Claims that a start forgets and a stop gives back.
CREATE INDEX lane_owner ON lane (owner) WHERE owner IS NOT NULL;

-- One row a finished session: what its events fold to. Instants are microseconds, sums milliseconds.
-- The table is kept in the order of the report that is asked for most, a span of one service, so
-- that it is one walk through neighbouring pages.
CREATE TABLE session_report (
  tenant        BLOB    NOT NULL,
  session       BLOB    NOT NULL,
  service       TEXT    NOT NULL, -- at the end
  account       TEXT    NOT NULL,
  channel       TEXT    NOT NULL,
  ended_by      TEXT    NOT NULL,
  agent         BLOB,             -- who had it at the end
  outcome       INTEGER NOT NULL, -- 1 to 29
  outcome_group INTEGER NOT NULL, -- 1 to 7
  direct        INTEGER NOT NULL,
  stale         INTEGER NOT NULL,
  created       INTEGER NOT NULL,
  accepted      INTEGER,
  queued        INTEGER,
  first_offer   INTEGER,
  first_connect INTEGER,
  first_reply   INTEGER,
  ended         INTEGER NOT NULL,
  acw_end       INTEGER,
  workflow_ms   INTEGER NOT NULL,
  queue_ms      INTEGER NOT NULL, -- ringing included
  ring_ms       INTEGER NOT NULL, -- somebody was rung
  connected_ms  INTEGER NOT NULL, -- parked included
  parked_ms     INTEGER NOT NULL,
  acw_ms        INTEGER NOT NULL,
  offers        INTEGER NOT NULL,
  declines      INTEGER NOT NULL,
  misses        INTEGER NOT NULL,
  undeliverable INTEGER NOT NULL,
  transfers     INTEGER NOT NULL,
  messages_in   INTEGER NOT NULL,
  messages_out  INTEGER NOT NULL,
  undelivered   INTEGER NOT NULL,
  PRIMARY KEY (tenant, service, created, session)
) WITHOUT ROWID;
CREATE UNIQUE INDEX report_session ON session_report (tenant, session);
-- All services together: the list of a tenant, a day, a channel.
CREATE INDEX report_created ON session_report (tenant, created, channel);
-- Sessions by the agent who had them at the end.
CREATE INDEX report_agent ON session_report (tenant, agent, created) WHERE agent IS NOT NULL;

-- What agents did when, for one invitation each: closed intervals that do not overlap.
CREATE TABLE agent_interval (
  tenant     BLOB    NOT NULL,
  agent      BLOB    NOT NULL,
  from_at    INTEGER NOT NULL,
  to_at      INTEGER NOT NULL, -- later than from_at
  kind       TEXT    NOT NULL, -- ringing, connected, parked, acw
  session    BLOB    NOT NULL,
  invitation BLOB    NOT NULL,
  PRIMARY KEY (tenant, agent, from_at, invitation)
) WITHOUT ROWID;
CREATE INDEX interval_session ON agent_interval (tenant, session);
