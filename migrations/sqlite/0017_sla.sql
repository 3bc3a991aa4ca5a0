-- The agreed time of waiting of a session's service as it stood when the session ended, in seconds:
-- it was answered within it where queue_ms <= 1000 * sla_seconds. What ended before there was such a
-- setting was reported by 20, and still is; a default rewrites no row.
ALTER TABLE session_report ADD COLUMN sla_seconds INTEGER NOT NULL DEFAULT 20;

DROP INDEX report_measures;
CREATE INDEX report_measures ON session_report (tenant, service, created, agent, channel, outcome,
  queued, first_connect, first_reply, acw_end, queue_ms, connected_ms, acw_ms, offers, declines,
  misses, undeliverable, transfers, shared, sla_seconds);
