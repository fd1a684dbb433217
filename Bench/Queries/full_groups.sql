-- Guarantees $1 groups spread over $2 teams from team $4 on, each with a log up to $3 and one run.
WITH made AS (
  INSERT INTO orleans_batch.batch_group (team_id, schema_id, tail_seq, last_created_at)
  SELECT $4::bigint + (g - 1) / greatest(1, $1::int / $2::int), 'g' || g, $3::int, statement_timestamp()
  FROM generate_series(1, $1::int) AS g
  RETURNING group_id
)
INSERT INTO orleans_batch.run (run_id, group_id, sync_type, primary_keys, last_index, batch_count, on_failure, created_at, alive_at)
SELECT md5(m.group_id::text)::uuid, m.group_id, 'append', '{}', $3::int - 1, $3::int, 'continue', statement_timestamp(),
  statement_timestamp()
FROM made AS m
