-- Retention: what of the log and of the history is old enough to go, and who still needs it.

-- Every daily partition of the log and of the attempts, also one that is detached but still there under its name.
CREATE VIEW orleans_batch.day_partition AS
SELECT p.parent, c.relname::text AS name, to_date(right(c.relname, 8), 'YYYYMMDD') AS day,
  (to_date(right(c.relname, 8), 'YYYYMMDD') + 1)::timestamp AT TIME ZONE 'UTC' AS ends_at,
  CASE WHEN i.inhrelid IS NULL THEN 'detached' WHEN i.inhdetachpending THEN 'detaching' ELSE 'attached' END AS state,
  c.oid AS relation
FROM (VALUES ('log_entry'), ('batch_attempt')) AS p(parent)
JOIN pg_catalog.pg_class AS c
  ON c.relnamespace = 'orleans_batch'::regnamespace AND c.relkind = 'r' AND c.relname ~ ('^' || p.parent || '_[0-9]{8}$')
LEFT JOIN pg_catalog.pg_inherits AS i ON i.inhrelid = c.oid;

-- Guarantees the first group after after_group whose entries in the partition are not passed by every sink, with that sink; looks at no
-- more than at_most groups. last_group is the last one looked at, null past the end. A missing cursor counts as position 1, unless the
-- sink begins with entries that are younger than the partition; a disabled, paused or blocked sink holds its entries; so does a replay
-- that is asked for. Where there is no sink at all nobody has passed anything. Cost: two index steps for each group and one for each sink.
CREATE FUNCTION orleans_batch.partition_holder(
  name text, after_group int, at_most int, OUT last_group int, OUT group_id int, OUT sink_id smallint, OUT seq bigint)
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET jit = off AS $$
DECLARE
  ends timestamptz;
BEGIN
  SELECT p.ends_at INTO ends FROM orleans_batch.day_partition AS p WHERE p.parent = 'log_entry' AND p.name = partition_holder.name;
  IF ends IS NULL THEN
    RETURN;
  END IF;
  EXECUTE format($query$
    WITH RECURSIVE there AS (
      SELECT (SELECT e.group_id FROM orleans_batch.%1$I AS e WHERE e.group_id > $1 ORDER BY e.group_id LIMIT 1) AS group_id, 1 AS n
      UNION ALL
      SELECT (SELECT e.group_id FROM orleans_batch.%1$I AS e WHERE e.group_id > t.group_id ORDER BY e.group_id LIMIT 1), t.n + 1
      FROM there AS t WHERE t.group_id IS NOT NULL AND t.n < $2
    ), newest AS MATERIALIZED (
      SELECT t.group_id, (SELECT e.seq FROM orleans_batch.%1$I AS e WHERE e.group_id = t.group_id ORDER BY e.seq DESC LIMIT 1) AS seq
      FROM there AS t WHERE t.group_id IS NOT NULL
    ), holding AS (
      SELECT n.group_id, s.sink_id, n.seq
      FROM newest AS n
      LEFT JOIN orleans_batch.sink AS s ON true
      LEFT JOIN LATERAL (
        SELECT c.next_seq FROM orleans_batch.sink_cursor AS c
        WHERE c.group_id = n.group_id AND c.sink_id = s.sink_id LIMIT 1) AS c ON true
      WHERE s.sink_id IS NULL
        OR CASE WHEN c.next_seq IS NULL THEN s.starts_at IS NULL OR s.starts_at < $3 ELSE c.next_seq <= n.seq END
        OR EXISTS (SELECT FROM orleans_batch.operator_request AS o
                   WHERE o.group_id = n.group_id AND o.sink_id = s.sink_id AND o.seq <= n.seq AND o.done_at IS NULL)
      ORDER BY n.group_id LIMIT 1
    )
    SELECT CASE WHEN (SELECT count(*) FROM newest) = $2 THEN (SELECT max(n.group_id) FROM newest AS n) END,
      h.group_id, h.sink_id, h.seq
    FROM (SELECT) AS one LEFT JOIN holding AS h ON true
    $query$, partition_holder.name)
  INTO last_group, group_id, sink_id, seq USING after_group, at_most, ends;
END $$;

-- Guarantees a line for each daily partition: whether it is older than what is kept, and if it is still needed, who is first to hold it.
-- Reads each overdue partition up to that group.
CREATE FUNCTION orleans_batch.partition_status(
  retain_for interval DEFAULT '7 days', retain_history_for interval DEFAULT '7 days')
RETURNS TABLE (parent text, name text, day date, state text, overdue boolean, bytes bigint, held_by_sink text, held_by_team bigint,
  held_by_schema text, held_seq bigint)
LANGUAGE sql STABLE AS $$
  SELECT p.parent, p.name, p.day, p.state, o.overdue, pg_catalog.pg_total_relation_size(p.relation), s.name, g.team_id, g.schema_id, h.seq
  FROM orleans_batch.day_partition AS p
  CROSS JOIN LATERAL (
    SELECT p.ends_at <= clock_timestamp() - CASE p.parent WHEN 'log_entry' THEN retain_for ELSE retain_history_for END AS overdue) AS o
  LEFT JOIN LATERAL orleans_batch.partition_holder(CASE WHEN o.overdue THEN p.name END, -1, 2147483647) AS h ON true
  LEFT JOIN orleans_batch.sink AS s ON s.sink_id = h.sink_id
  LEFT JOIN orleans_batch.batch_group AS g ON g.group_id = h.group_id
  ORDER BY p.parent DESC, p.day
$$;
