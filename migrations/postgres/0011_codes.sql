-- What was said about a session after it, flat beside its figures.

ALTER TABLE session_report ADD COLUMN codes text;
ALTER TABLE session_report ADD COLUMN codes2 text;
ALTER TABLE session_report ADD COLUMN tags text; -- with commas between them
ALTER TABLE session_report ADD COLUMN codes_missing bigint NOT NULL DEFAULT 0;
