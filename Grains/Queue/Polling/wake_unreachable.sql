-- Guarantees that groups which are parked because no silo could reach what their entries name are looked at by a silo that has just come:
-- the row goes and the wakeup comes in one statement.
-- $1 the sinks that the silo serves. Returns how many were woken. Two pollers at once: each skips the rows that the other has locked.
-- Runs when the poller is connected, which makes the silo one that runs. An owner that parks a group later sees the silo. A group that was
-- parked before is seen here.
WITH come AS (
  SELECT n.group_id, n.sink_id FROM orleans_batch.not_ready AS n WHERE n.sink_id = ANY ($1) AND n.code = 'unreachable'
), gone AS (
  DELETE FROM orleans_batch.parked AS p
  WHERE p.ctid = ANY (ARRAY(
    SELECT k.ctid FROM come AS c
    CROSS JOIN LATERAL (
      SELECT q.ctid FROM orleans_batch.parked AS q
      WHERE q.group_id = c.group_id AND q.sink_id = c.sink_id AND q.reason = 'not_ready'
      LIMIT 1 FOR UPDATE SKIP LOCKED) AS k))
  RETURNING p.team_id, p.group_id, p.sink_id
), woken AS (
  INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id) SELECT g.team_id, g.group_id, g.sink_id FROM gone AS g
  RETURNING 1
)
SELECT count(*)::int FROM woken
