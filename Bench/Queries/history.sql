-- Guarantees the number of batches applied since $1, the seconds from the first start to the last end, and that end.
-- All times are by the server's clock.
SELECT coalesce(sum(a.to_seq - a.from_seq + 1), 0)::bigint, coalesce(extract(epoch FROM max(a.finished_at) - min(a.started_at)), 0)::float8,
  coalesce(max(a.finished_at), clock_timestamp())
FROM orleans_batch.batch_attempt AS a
WHERE a.outcome = 'succeeded' AND a.started_at >= $1
