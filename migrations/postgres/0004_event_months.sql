-- Events by month, so that a month that is past goes at once. A session's id begins with the
-- millisecond in which it was made, so ids are in the order of time: the partition is the month in
-- which the session began. All events of a session are together, one partition is looked at for
-- them, and (tenant, session, seq) stays unique. Months are UTC.

-- The smallest id that a session begun at this instant can have.
CREATE FUNCTION event_floor(instant timestamptz) RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT (lpad(to_hex((extract(epoch FROM instant) * 1000)::bigint), 12, '0')
    || repeat('0', 20))::uuid
$$;

-- The beginning of the month of an instant, and of one that is so many months later.
CREATE FUNCTION event_month(instant timestamptz, later integer) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
  SELECT (date_trunc('month', instant AT TIME ZONE 'UTC') + make_interval(months => later))
    AT TIME ZONE 'UTC'
$$;

-- Makes the partition of the month of an instant, if it is not there. What had come to the default
-- partition before moves into it: until that is done nobody else may write there.
CREATE FUNCTION event_partition(instant timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  part text := 'event_' || to_char(instant AT TIME ZONE 'UTC', 'YYYY_MM');
  low uuid := event_floor(event_month(instant, 0));
  high uuid := event_floor(event_month(instant, 1));
BEGIN
  IF to_regclass(part) IS NOT NULL THEN
    RETURN false;
  END IF;
  LOCK TABLE event_other IN ACCESS EXCLUSIVE MODE;
  EXECUTE format('CREATE TABLE %I (LIKE event INCLUDING DEFAULTS)', part);
  EXECUTE format(
    'WITH early AS (DELETE FROM event_other WHERE session >= %L AND session < %L RETURNING *)
     INSERT INTO %I SELECT * FROM early', low, high, part);
  EXECUTE format(
    'ALTER TABLE event ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', part, low, high);
  RETURN true;
END
$$;

ALTER TABLE event RENAME TO event_whole;
ALTER TABLE event_whole DROP CONSTRAINT event_pkey;
DROP INDEX event_session, event_feed, event_unfed;

CREATE SEQUENCE event_order;
SELECT setval('event_order', (SELECT coalesce(max(pos), 0) + 1 FROM event_whole), false);
CREATE TABLE event (
  pos      bigint NOT NULL DEFAULT nextval('event_order'),
  tenant   uuid   NOT NULL,
  session  uuid   NOT NULL,
  seq      bigint NOT NULL,
  doc      text   NOT NULL,
  feed_pos bigint
) PARTITION BY RANGE (session);
ALTER SEQUENCE event_order OWNED BY event.pos;
CREATE UNIQUE INDEX event_session ON event (tenant, session, seq);
-- Places in the feed are unique because one node gives them, under the lock of `feed`.
CREATE INDEX event_feed ON event (tenant, feed_pos) WHERE feed_pos IS NOT NULL;
CREATE INDEX event_unfed ON event (pos) WHERE feed_pos IS NULL;
-- What belongs to no month that is there: ids of a clock that is wrong.
CREATE TABLE event_other PARTITION OF event DEFAULT;

SELECT event_partition(begun) FROM (
  SELECT DISTINCT event_month(to_timestamp(
      ('x' || translate(left(session::text, 13), '-', ''))::bit(48)::bigint / 1000.0), 0) AS begun
  FROM event_whole) months
WHERE begun BETWEEN '2020-01-01' AND now() + interval '3 months';
INSERT INTO event (pos, tenant, session, seq, doc, feed_pos)
  SELECT pos, tenant, session, seq, doc, feed_pos FROM event_whole;
DROP TABLE event_whole;
