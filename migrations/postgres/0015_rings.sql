-- Who was rung how often, where that is not told by the report's own row: its rings are those of
-- the agent who had the session at the end, unless others were rung, too.
ALTER TABLE session_report ADD COLUMN shared bigint NOT NULL DEFAULT 0;
-- One row for each agent who was rung for a shared session; beside it what reports are asked by.
CREATE TABLE agent_rings (
  tenant        uuid   NOT NULL,
  session       uuid   NOT NULL,
  agent         uuid   NOT NULL, -- who was rung
  service       text   NOT NULL COLLATE "C",
  channel       text   NOT NULL COLLATE "C",
  created       bigint NOT NULL,
  offers        bigint NOT NULL,
  declines      bigint NOT NULL,
  misses        bigint NOT NULL,
  undeliverable bigint NOT NULL,
  PRIMARY KEY (tenant, session, agent)
);
CREATE INDEX rings_service ON agent_rings (tenant, service, created);
CREATE INDEX rings_created ON agent_rings (tenant, created);
CREATE INDEX rings_agent ON agent_rings (tenant, agent, created);

-- What invitations of finished sessions still tell.
WITH rung AS (
  SELECT i.tenant, i.session, i.agent, i.state FROM invitation i
  WHERE i.state IN ('declined', 'missed', 'undeliverable') OR EXISTS (
    SELECT FROM agent_interval a WHERE a.tenant = i.tenant AND a.session = i.session
      AND a.invitation = i.id AND a.kind = 'ringing'))
INSERT INTO agent_rings
  SELECT r.tenant, r.session, i.agent, r.service, r.channel, r.created, count(*),
    count(*) FILTER (WHERE i.state = 'declined'), count(*) FILTER (WHERE i.state = 'missed'),
    count(*) FILTER (WHERE i.state = 'undeliverable')
  FROM session_report r JOIN rung i ON i.tenant = r.tenant AND i.session = r.session
  WHERE EXISTS (SELECT FROM rung o WHERE o.tenant = r.tenant AND o.session = r.session
    AND o.agent IS DISTINCT FROM r.agent)
  GROUP BY r.tenant, r.session, i.agent;
UPDATE session_report SET shared = 1
  WHERE (tenant, session) IN (SELECT tenant, session FROM agent_rings);
