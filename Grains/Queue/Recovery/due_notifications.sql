-- Guarantees the ends of runs that the hooks are to be told now, the longest waiting first, each with what became of the run. $1 the most.
-- Only the session that holds the notifier's lock reads and writes them; owners insert others meanwhile.
SELECT n.run_id, n.sink_id, g.team_id, g.schema_id, s.name, o.state, o.batches_applied, o.batches_skipped, o.rows_applied, o.first_error,
  r.created_at, o.started_at, o.finished_at, n.tries, o.rows_announced, o.rows_replaced, o.values_rounded
FROM orleans_batch.run_notification AS n
JOIN orleans_batch.sink_run AS o ON o.run_id = n.run_id AND o.sink_id = n.sink_id
JOIN orleans_batch.run AS r ON r.run_id = n.run_id
JOIN orleans_batch.batch_group AS g ON g.group_id = n.group_id
JOIN orleans_batch.sink AS s ON s.sink_id = n.sink_id
WHERE n.next_try_at <= statement_timestamp()
ORDER BY n.next_try_at
LIMIT $1
