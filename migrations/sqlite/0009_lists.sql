-- What lists and reports are read by. Lists are paged by key, newest first, so each way to them is
-- an index in the order in which they are given out.

-- Open sessions of a tenant by age. There are few of them beside the finished ones.
CREATE INDEX session_live ON session (tenant, id) WHERE phase <> 'ended';
-- Finished ones of all services, then by service and session, which stand in the table's own key.
DROP INDEX report_created;
CREATE INDEX report_created ON session_report (tenant, created);
-- A span of one service in measures: everything that they are made from, in half the pages of the
-- table.
CREATE INDEX report_measures ON session_report (tenant, service, created, agent, channel, outcome,
  queued, first_connect, first_reply, acw_end, queue_ms, connected_ms, acw_ms, offers, declines,
  misses, undeliverable, transfers);
