-- Who was rung how often, where that is not told by the report's own row: its rings are those of
-- the agent who had the session at the end, unless others were rung, too.
ALTER TABLE session_report ADD COLUMN shared INTEGER NOT NULL DEFAULT 0;
-- One row for each agent who was rung for a shared session; beside it what reports are asked by.
CREATE TABLE agent_rings (
  tenant        BLOB    NOT NULL,
  service       TEXT    NOT NULL,
  created       INTEGER NOT NULL,
  session       BLOB    NOT NULL,
  agent         BLOB    NOT NULL, -- who was rung
  channel       TEXT    NOT NULL,
  offers        INTEGER NOT NULL,
  declines      INTEGER NOT NULL,
  misses        INTEGER NOT NULL,
  undeliverable INTEGER NOT NULL,
  PRIMARY KEY (tenant, service, created, session, agent)
) WITHOUT ROWID;
CREATE INDEX rings_session ON agent_rings (tenant, session);
CREATE INDEX rings_created ON agent_rings (tenant, created);
CREATE INDEX rings_agent ON agent_rings (tenant, agent, created);

-- What invitations of finished sessions still tell.
WITH rung AS (
  SELECT i.tenant, i.session, i.agent, i.state FROM invitation i
  WHERE i.state IN ('declined', 'missed', 'undeliverable') OR EXISTS (
    SELECT 1 FROM agent_interval a WHERE a.tenant = i.tenant AND a.session = i.session
      AND a.invitation = i.id AND a.kind = 'ringing'))
INSERT INTO agent_rings
  SELECT r.tenant, r.service, r.created, r.session, i.agent, r.channel, count(*),
    sum(i.state = 'declined'), sum(i.state = 'missed'), sum(i.state = 'undeliverable')
  FROM session_report r JOIN rung i ON i.tenant = r.tenant AND i.session = r.session
  WHERE EXISTS (SELECT 1 FROM rung o
    WHERE o.tenant = r.tenant AND o.session = r.session AND o.agent IS NOT r.agent)
  GROUP BY r.tenant, r.service, r.created, r.session, i.agent;
UPDATE session_report SET shared = 1
  WHERE (tenant, session) IN (SELECT tenant, session FROM agent_rings);

DROP INDEX report_measures;
CREATE INDEX report_measures ON session_report (tenant, service, created, agent, channel, outcome,
  queued, first_connect, first_reply, acw_end, queue_ms, connected_ms, acw_ms, offers, declines,
  misses, undeliverable, transfers, shared);
