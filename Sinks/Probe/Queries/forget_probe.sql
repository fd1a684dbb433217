-- Guarantees that at most $3 attempts of the group are gone, and returns how many were deleted. $1 team, $2 schema.
-- Only the group's owner calls this, so that nobody adds attempts meanwhile.
WITH gone AS (
  DELETE FROM orleans_batch.probe_ledger AS l
  WHERE l.ctid = ANY (ARRAY(
    SELECT x.ctid FROM orleans_batch.probe_ledger AS x WHERE x.team_id = $1 AND x.schema_id = $2 LIMIT $3))
  RETURNING 1
)
SELECT count(*) FROM gone
