-- What the sweep leaves to be sent waits for what people wait for: a queue of its own, of cards and
-- of lanes.

-- Of a session that the sweep ended: its card is repainted behind all others.
ALTER TABLE invitation ADD COLUMN quiet INTEGER NOT NULL DEFAULT 0;
DROP INDEX invitation_dirty;
CREATE INDEX invitation_dirty ON invitation (quiet, card_due, tenant, id)
  WHERE card_wanted <> card_shown;
-- Nothing waits in it but what belongs to such sessions.
ALTER TABLE lane ADD COLUMN quiet INTEGER NOT NULL DEFAULT 0;
DROP INDEX lane_due;
CREATE INDEX lane_due ON lane (quiet, due) WHERE due IS NOT NULL;
