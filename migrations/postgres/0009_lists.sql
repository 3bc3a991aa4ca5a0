-- What lists and reports are read by. Lists are paged by key, newest first, so each way to them is
-- an index in the order in which they are given out.

-- Open sessions of a tenant by age. There are few of them beside the finished ones.
CREATE INDEX session_live ON session (tenant, id) WHERE phase <> 'ended';
-- Finished ones of all services, and those of an agent.
DROP INDEX report_created;
CREATE INDEX report_created ON session_report (tenant, created, service, session);
DROP INDEX report_agent;
CREATE INDEX report_agent ON session_report (tenant, agent, created, service, session)
  WHERE agent IS NOT NULL;
