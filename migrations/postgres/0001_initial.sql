-- Rows are the state. Each has its key, the columns that are searched or ordered by, a version, and
-- one JSON document (`doc`); no query reaches into the document.
-- Times are microseconds since 1970-01-01 UTC. Texts are compared byte by byte, as SQLite does.

CREATE TABLE session (
  tenant     uuid   NOT NULL,
  id         uuid   NOT NULL,
  version    bigint NOT NULL,
  phase      text   NOT NULL COLLATE "C",
  service    text   NOT NULL COLLATE "C",
  account    text   NOT NULL COLLATE "C",
  address    text   NOT NULL COLLATE "C",
  queued_at  bigint,
  doc        text   NOT NULL,
  PRIMARY KEY (tenant, id)
);

-- One open session per address: guards the row that does not exist yet.
CREATE UNIQUE INDEX session_open ON session (tenant, account, address) WHERE phase <> 'ended';
-- The queue, oldest first.
CREATE INDEX session_waiting ON session (tenant, queued_at, id, service) WHERE phase = 'waiting';
-- All sessions of an address, in their order: what the customer reads.
CREATE INDEX session_address ON session (tenant, account, address, id);

CREATE TABLE invitation (
  tenant      uuid   NOT NULL,
  id          uuid   NOT NULL,
  version     bigint NOT NULL,
  session     uuid   NOT NULL,
  agent       uuid   NOT NULL,
  state       text   NOT NULL COLLATE "C",
  card_wanted bigint NOT NULL,
  card_shown  bigint NOT NULL,
  card_due    bigint NOT NULL, -- not sent before; 0: at once
  doc         text   NOT NULL,
  PRIMARY KEY (tenant, id)
);

-- At most one accepted invitation per session, at most one ringing per (session, agent): rule 2.
CREATE UNIQUE INDEX invitation_accepted ON invitation (tenant, session) WHERE state = 'accepted';
CREATE UNIQUE INDEX invitation_ringing ON invitation (tenant, session, agent) WHERE state = 'ringing';
-- Cards to send: this index is their queue.
CREATE INDEX invitation_dirty ON invitation (card_due, tenant, id) WHERE card_wanted <> card_shown;
-- What an agent has in hand, and had.
CREATE INDEX invitation_agent ON invitation (tenant, agent, id);

CREATE TABLE agent (
  tenant  uuid   NOT NULL,
  id      uuid   NOT NULL,
  version bigint NOT NULL,
  doc     text   NOT NULL,
  PRIMARY KEY (tenant, id)
);

CREATE TABLE room (
  tenant  uuid   NOT NULL,
  session uuid   NOT NULL,
  version bigint NOT NULL,
  doc     text   NOT NULL,
  PRIMARY KEY (tenant, session)
);

CREATE TABLE message (
  tenant  uuid   NOT NULL,
  session uuid   NOT NULL,
  seq     bigint NOT NULL,
  doc     text   NOT NULL,
  PRIMARY KEY (tenant, session, seq)
);

CREATE TABLE event (
  pos     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant  uuid   NOT NULL,
  session uuid   NOT NULL,
  seq     bigint NOT NULL,
  doc     text   NOT NULL
);
CREATE UNIQUE INDEX event_session ON event (tenant, session, seq);

CREATE TABLE timer (
  tenant     uuid   NOT NULL,
  kind       text   NOT NULL COLLATE "C",
  target     uuid   NOT NULL,
  generation bigint NOT NULL,
  due        bigint NOT NULL,
  PRIMARY KEY (tenant, kind, target)
);
CREATE INDEX timer_due ON timer (tenant, due);

-- Keys of commands that had an effect, with what their sender was told.
CREATE TABLE command (
  tenant uuid   NOT NULL,
  id     text   NOT NULL COLLATE "C",
  at     bigint NOT NULL,
  reply  text   NOT NULL,
  PRIMARY KEY (tenant, id)
);

CREATE TABLE secret (
  name  text PRIMARY KEY COLLATE "C",
  value bytea NOT NULL
);
