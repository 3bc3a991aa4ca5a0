-- Rooms in chats: whose a chat is, and which of them are to be read after a gap.

-- The session of every chat that was ever made for one: what is written there later is answered.
CREATE TABLE room_chat (
  tenant    BLOB NOT NULL,
  reference TEXT NOT NULL,
  session   BLOB NOT NULL,
  PRIMARY KEY (tenant, reference)
) WITHOUT ROWID;
-- They are forgotten with their session.
CREATE INDEX room_chat_session ON room_chat (tenant, session);

-- The chat of a room that is in use; NULL: there is none.
ALTER TABLE room ADD COLUMN open_chat TEXT;
CREATE INDEX room_open ON room (tenant, session) WHERE open_chat IS NOT NULL;
