-- Guarantees that a parked group whose time has come gets a wakeup, once: the row goes and the wakeup comes in one statement.
-- $1 the most rows to turn. Two pollers at once: each skips the rows that the other has locked.
WITH due AS (
  SELECT p.group_id, p.sink_id FROM orleans_batch.parked AS p
  WHERE p.until <= clock_timestamp()
  ORDER BY p.until
  LIMIT $1
  FOR UPDATE SKIP LOCKED
), gone AS (
  DELETE FROM orleans_batch.parked AS p USING due AS d
  WHERE p.group_id = d.group_id AND p.sink_id = d.sink_id
  RETURNING p.team_id, p.group_id, p.sink_id
), woken AS (
  INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id) SELECT g.team_id, g.group_id, g.sink_id FROM gone AS g
  RETURNING 1
)
SELECT count(*)::int FROM woken
