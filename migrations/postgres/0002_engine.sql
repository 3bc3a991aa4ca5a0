-- The outbox with its lanes, follow-ups, leases; the feed's places on events.
-- What a lease is measured by is the time of this database, so that nodes whose clocks differ agree
-- on who has what.

-- What a session has in hand: its lock covers these.
CREATE INDEX invitation_live ON invitation (tenant, session, id)
  WHERE state IN ('ringing', 'accepted', 'wrap_up');

-- A card that is not true is one node's to send, until its lease runs out or it is true.
ALTER TABLE invitation ADD COLUMN card_owner uuid;
ALTER TABLE invitation ADD COLUMN card_lease bigint NOT NULL DEFAULT 0;

-- A lane is claimed by one node at a time; whatever that node reports is fenced by the epoch.
CREATE TABLE lane (
  tenant      uuid   NOT NULL,
  lane        text   NOT NULL COLLATE "C",
  due         bigint, -- when its head may be sent; NULL: nothing to send
  owner       uuid,   -- the node that has it; NULL: nobody
  epoch       bigint NOT NULL DEFAULT 0,
  lease_until bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, lane)
);
CREATE INDEX lane_due ON lane (due) WHERE due IS NOT NULL;
CREATE INDEX lane_owner ON lane (owner) WHERE owner IS NOT NULL;

-- Positions are drawn under the lane's lock: within a lane they are the order of commit.
CREATE TABLE outbox (
  pos       bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant    uuid    NOT NULL,
  lane      text    NOT NULL COLLATE "C",
  dedupe    text    COLLATE "C", -- of a notice: KIND/GENERATION
  not_after bigint,              -- worth nothing later
  at        bigint  NOT NULL,
  attempts  bigint  NOT NULL DEFAULT 0,
  dead      boolean NOT NULL DEFAULT false,
  error     text,
  doc       text    NOT NULL
);
CREATE INDEX outbox_lane ON outbox (tenant, lane, pos) WHERE NOT dead;
CREATE INDEX outbox_dead ON outbox (pos) WHERE dead;
CREATE UNIQUE INDEX outbox_unique ON outbox (tenant, lane, dedupe) WHERE dedupe IS NOT NULL;

-- Commands that another one left behind; taken away by the transaction that carries them out.
CREATE TABLE follow_up (
  pos    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant uuid   NOT NULL,
  id     uuid   NOT NULL,
  doc    text   NOT NULL
);
CREATE UNIQUE INDEX follow_up_id ON follow_up (tenant, id);

-- Who does what only one may do.
CREATE TABLE lease (
  name  text   PRIMARY KEY COLLATE "C",
  owner uuid   NOT NULL,
  epoch bigint NOT NULL,
  until bigint NOT NULL
);

-- Commits overtake each other, so the place in the table is not the place in the feed: one node
-- gives committed events theirs. Readers see events that have one, and nothing comes in before.
ALTER TABLE event ADD COLUMN feed_pos bigint;
CREATE UNIQUE INDEX event_feed ON event (tenant, feed_pos) WHERE feed_pos IS NOT NULL;
CREATE INDEX event_unfed ON event (pos) WHERE feed_pos IS NULL;
-- The newest place that was given. Its row is the lock of the one who gives them.
CREATE TABLE feed (last bigint NOT NULL);
INSERT INTO feed VALUES (0);

-- Keys of commands are forgotten by age.
CREATE INDEX command_at ON command (at);
CREATE INDEX timer_oldest ON timer (due);
