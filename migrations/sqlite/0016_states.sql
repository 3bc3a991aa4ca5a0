-- What agents are doing from when on, one state after the other. They are written as they change, so
-- that they are known while a session still runs; until here there were intervals of finished
-- sessions alone, each for itself.
CREATE TABLE agent_state (
  tenant BLOB    NOT NULL,
  agent  BLOB    NOT NULL,
  at     INTEGER NOT NULL,
  state  TEXT    NOT NULL,
  PRIMARY KEY (tenant, agent, at)
) WITHOUT ROWID;
DROP TABLE agent_interval;
