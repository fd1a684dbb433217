-- Guarantees that a group which is parked with an unreachable batch is awake again when a silo has come meanwhile that has not looked: the
-- row goes and the wakeup comes in one statement.
-- Runs after the parked row is committed, by the owner that wrote it. A silo that is connected by then is seen here. A silo that connects
-- later finds the row.
-- $1 group, $2 sink, $3 seq, $4 team. Two sessions at once: the row's lock lets one delete it.
WITH gone AS (
  DELETE FROM orleans_batch.parked AS p
  WHERE p.group_id = $1 AND p.sink_id = $2 AND p.reason = 'not_ready' AND EXISTS (SELECT FROM orleans_batch.untried_silos($1, $2, $3))
  RETURNING p.group_id
), woken AS (
  INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id) SELECT $4, $1, $2 FROM gone
  RETURNING group_id
)
SELECT count(*)::int FROM woken
