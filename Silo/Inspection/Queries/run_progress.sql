-- Guarantees a run's counts in every active primary sink, with the reason why its group waits. $1 run.
SELECT s.sink, s.state, s.batches_applied, s.batches_skipped, s.rows_applied, s.first_error, g.state, g.last_error,
  extract(epoch FROM coalesce(s.finished_at, clock_timestamp()) - s.created_at)::double precision
FROM orleans_batch.run_status AS s
JOIN orleans_batch.sink AS k ON k.name = s.sink AND k.state = 'active' AND k.upstream_id IS NULL
JOIN orleans_batch.group_status AS g ON g.team_id = s.team_id AND g.schema_id = s.schema_id AND g.sink = s.sink
WHERE s.run_id = $1
ORDER BY s.sink
