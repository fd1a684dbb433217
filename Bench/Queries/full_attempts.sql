-- Guarantees the history of $3 batches in each of the groups $1 to $2.
INSERT INTO orleans_batch.batch_attempt (group_id, sink_id, from_seq, to_seq, attempt, outcome, started_at, finished_at, silo, epoch)
SELECT g.group_id, s.sink_id, e.seq, e.seq, 1, 'succeeded', statement_timestamp(), statement_timestamp(), 'bench', 1
FROM orleans_batch.batch_group AS g CROSS JOIN orleans_batch.sink AS s CROSS JOIN generate_series(1, $3::int) AS e(seq)
WHERE g.group_id BETWEEN $1 AND $2
