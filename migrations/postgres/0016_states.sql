-- What agents are doing from when on, one state after the other. They are written as they change, so
-- that they are known while a session still runs; until here there were intervals of finished
-- sessions alone, each for itself.
CREATE TABLE agent_state (
  tenant uuid   NOT NULL,
  agent  uuid   NOT NULL,
  at     bigint NOT NULL,
  state  text   NOT NULL COLLATE "C",
  PRIMARY KEY (tenant, agent, at)
);
DROP TABLE agent_interval;
