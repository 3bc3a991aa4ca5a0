-- What reports are made from, flat; what retention looks at.

-- When a session ended (NULL: it is open), and whether its messages are still there. The one look
-- into documents: sessions that ended before there was a column for it.
ALTER TABLE session ADD COLUMN ended_at bigint;
ALTER TABLE session ADD COLUMN texts bigint NOT NULL DEFAULT 1;
UPDATE session
  SET ended_at = (extract(epoch FROM (doc::json #>> '{phase,at}')::timestamptz) * 1000000)::bigint
  WHERE phase = 'ended';
-- What retention lets go of, oldest first: texts = 1 for messages, texts = 0 for all the rest.
CREATE INDEX session_past ON session (texts, ended_at) WHERE ended_at IS NOT NULL;

-- The session that a command was about: its key stays while that is open.
ALTER TABLE command ADD COLUMN session uuid;
CREATE INDEX outbox_dead_at ON outbox (at) WHERE dead;
CREATE INDEX outbox_dead_lane ON outbox (tenant, lane) WHERE dead;
-- All invitations of a session, to be removed with it.
CREATE INDEX invitation_session ON invitation (tenant, session);

-- One row a finished session: what its events fold to. Instants are microseconds, sums milliseconds.
CREATE TABLE session_report (
  tenant        uuid   NOT NULL,
  session       uuid   NOT NULL,
  service       text   NOT NULL COLLATE "C", -- at the end
  account       text   NOT NULL COLLATE "C",
  channel       text   NOT NULL COLLATE "C",
  ended_by      text   NOT NULL COLLATE "C",
  agent         uuid,                        -- who had it at the end
  outcome       bigint NOT NULL,             -- 1 to 29
  outcome_group bigint NOT NULL,             -- 1 to 7
  direct        bigint NOT NULL,
  stale         bigint NOT NULL,
  created       bigint NOT NULL,
  accepted      bigint,
  queued        bigint,
  first_offer   bigint,
  first_connect bigint,
  first_reply   bigint,
  ended         bigint NOT NULL,
  acw_end       bigint,
  workflow_ms   bigint NOT NULL,
  queue_ms      bigint NOT NULL, -- ringing included
  ring_ms       bigint NOT NULL, -- somebody was rung
  connected_ms  bigint NOT NULL, -- parked included
  parked_ms     bigint NOT NULL,
  acw_ms        bigint NOT NULL,
  offers        bigint NOT NULL,
  declines      bigint NOT NULL,
  misses        bigint NOT NULL,
  undeliverable bigint NOT NULL,
  transfers     bigint NOT NULL,
  messages_in   bigint NOT NULL,
  messages_out  bigint NOT NULL,
  undelivered   bigint NOT NULL,
  PRIMARY KEY (tenant, session)
);
-- The report that is asked for most: a span of one service. Rows are put there as sessions end, so
-- those of a span are neighbours in the table, too.
CREATE INDEX report_service ON session_report (tenant, service, created, session);
-- All services together: the list of a tenant, a day, a channel.
CREATE INDEX report_created ON session_report (tenant, created, channel);
-- Sessions by the agent who had them at the end.
CREATE INDEX report_agent ON session_report (tenant, agent, created) WHERE agent IS NOT NULL;

-- What agents did when, for one invitation each: closed intervals that do not overlap.
CREATE TABLE agent_interval (
  tenant     uuid   NOT NULL,
  agent      uuid   NOT NULL,
  from_at    bigint NOT NULL,
  to_at      bigint NOT NULL, -- later than from_at
  kind       text   NOT NULL COLLATE "C", -- ringing, connected, parked, acw
  session    uuid   NOT NULL,
  invitation uuid   NOT NULL,
  PRIMARY KEY (tenant, agent, from_at, invitation)
);
CREATE INDEX interval_session ON agent_interval (tenant, session);
