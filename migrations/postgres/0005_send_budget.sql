-- What all nodes together may still send to a tenant. The platform counts the app's requests in a
-- sliding second; nodes take slices, and each counts until it can be in no such second any more.
-- Unlogged: after a crash of the server it is empty, when no slice counts any more, and taking one
-- waits for no disk.
CREATE UNLOGGED TABLE send_budget (
  tenant       text     NOT NULL COLLATE "C" PRIMARY KEY,
  untils       bigint[] NOT NULL DEFAULT '{}', -- until when each slice counts, by this database's time
  sends        bigint[] NOT NULL DEFAULT '{}', -- how many sends it has
  paused_until bigint   NOT NULL DEFAULT 0     -- the platform asked to wait until then
);
