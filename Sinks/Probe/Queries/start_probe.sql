-- Guarantees a row for an attempt that has begun, and tells how many attempts at this batch began before it.
-- Rows are only added: nobody waits.
-- $1 team, $2 schema, $3 seq, $4 run, $5 index, $6 attempt, $7 epoch, $8 silo, $9 process id.
WITH earlier AS (
  SELECT count(*)::int AS n FROM orleans_batch.probe_ledger AS l WHERE l.team_id = $1 AND l.schema_id = $2 AND l.seq = $3
)
INSERT INTO orleans_batch.probe_ledger (team_id, schema_id, seq, run_id, batch_index, attempt, epoch, silo, os_pid)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 FROM earlier
RETURNING id, (SELECT n FROM earlier)
