-- What was said about a session after it, flat beside its figures.

ALTER TABLE session_report ADD COLUMN codes TEXT;
ALTER TABLE session_report ADD COLUMN codes2 TEXT;
ALTER TABLE session_report ADD COLUMN tags TEXT; -- with commas between them
ALTER TABLE session_report ADD COLUMN codes_missing INTEGER NOT NULL DEFAULT 0;
