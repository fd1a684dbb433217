-- Guarantees $3 batches in each of the groups $1 to $2.
INSERT INTO orleans_batch.log_entry (group_id, seq, kind, run_id, batch_index, path, created_at)
SELECT g.group_id, e.seq, 'batch', md5(g.group_id::text)::uuid, e.seq - 1, '/data/incoming/' || g.group_id || '-' || e.seq || '.parquet',
  statement_timestamp()
FROM orleans_batch.batch_group AS g CROSS JOIN generate_series(1, $3::int) AS e(seq)
WHERE g.group_id BETWEEN $1 AND $2
