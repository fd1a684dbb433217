-- Guarantees the queue's figures from one snapshot. Batches are counted once per sink that is not disabled.
-- A failed run whose retry succeeded is not counted.
SELECT
  count(DISTINCT s.group_id),
  coalesce(sum(s.waiting), 0)::bigint,
  count(*) FILTER (WHERE s.state = 'executing'),
  count(*) FILTER (WHERE s.state = 'waiting_retry'),
  (SELECT count(*) FROM orleans_batch.sink_run AS f
   WHERE f.state = 'failed' AND NOT EXISTS (
     SELECT FROM orleans_batch.run AS r
     JOIN orleans_batch.sink_run AS t ON t.run_id = r.retried_as AND t.sink_id = f.sink_id AND t.state = 'succeeded'
     WHERE r.run_id = f.run_id)),
  extract(epoch FROM clock_timestamp() - min(s.oldest_waiting_at))::double precision
FROM orleans_batch.group_status AS s
WHERE NOT EXISTS (SELECT FROM orleans_batch.sink AS k WHERE k.sink_id = s.sink_id AND k.state = 'disabled')
