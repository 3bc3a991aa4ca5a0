-- The daily sweep.

-- The hour of the last activity of a session that is open, as the time at which it began: where the
-- sweep looks. No finer, so that a message changes the index once an hour; the row says exactly.
ALTER TABLE session ADD COLUMN active_hour bigint NOT NULL DEFAULT 0;
-- Rows from before: the only time that a statement reaches into a document.
UPDATE session SET active_hour = 3600000000 * coalesce(
  floor(extract(epoch FROM (doc::jsonb ->> 'last_activity_at')::timestamptz) / 3600)::bigint, 0)
WHERE phase <> 'ended';
CREATE INDEX session_silent ON session (tenant, active_hour, id) WHERE phase <> 'ended';

-- How far the sweep of each tenant has come.
CREATE TABLE sweep (
  tenant  uuid    NOT NULL PRIMARY KEY,
  version bigint NOT NULL,
  doc     text    NOT NULL
);
