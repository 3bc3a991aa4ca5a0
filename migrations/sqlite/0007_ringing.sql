-- Sessions that ring, by their service: one that rings several agents at once looks for more of them
-- whenever an agent becomes free.
CREATE INDEX session_ringing ON session (tenant, service, queued_at, id) WHERE phase = 'ringing';
