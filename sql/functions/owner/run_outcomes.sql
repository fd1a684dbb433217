-- Guarantees how the run has ended in each active sink; null where the run has not ended.
-- A sink that was added at the tail after the run began takes nothing of the run.
-- A sink whose position is behind the run's end without an outcome began there.
-- The cursor has more versions than any other row, so it is looked up only where the run has an end.
CREATE OR REPLACE FUNCTION orleans_batch.run_outcomes(r orleans_batch.run)
RETURNS TABLE (sink_id smallint, sink text, upstream_id smallint, state text)
LANGUAGE sql STABLE AS $$
  SELECT s.sink_id, s.name, s.upstream_id,
    CASE WHEN o.state <> 'running' THEN o.state
      WHEN r.created_at < s.starts_at OR r.end_seq IS NOT NULL AND (
        SELECT c.next_seq FROM orleans_batch.sink_cursor AS c WHERE c.group_id = r.group_id AND c.sink_id = s.sink_id) > r.end_seq
      THEN 'not wanted' END
  FROM orleans_batch.sink AS s
  LEFT JOIN LATERAL (
    SELECT y.state FROM orleans_batch.sink_run AS y
    WHERE y.run_id = r.run_id AND y.sink_id >= s.sink_id AND y.sink_id <= s.sink_id ORDER BY y.sink_id DESC LIMIT 1
  ) AS o ON true
  WHERE s.state = 'active'
$$;
