-- Guarantees how many batches were applied since $1, and the seconds from the first one's start to the last one's end, all by the server's
-- clock. Also the end of the last one.
SELECT coalesce(sum(a.to_seq - a.from_seq + 1), 0)::bigint, coalesce(extract(epoch FROM max(a.finished_at) - min(a.started_at)), 0)::float8,
  coalesce(max(a.finished_at), clock_timestamp())
FROM orleans_batch.batch_attempt AS a
WHERE a.outcome = 'succeeded' AND a.started_at >= $1
