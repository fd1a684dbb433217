-- Guarantees the batches $3 to $4 of the groups $1 to $2, one run each, in one transaction, enqueued as a producer does.
-- $5 teams that the groups are spread over, $6 the last index of each run, $7 metadata, $8 the first team, $9 the prefix of names.
SELECT cardinality(orleans_batch.enqueue_many((
  SELECT jsonb_agg(jsonb_build_object(
    'team_id', $8::bigint + g % $5, 'schema_id', $9::text || g, 'run_id', md5($9::text || g)::uuid, 'batch_index', i,
    'path', '/data/incoming/' || g || '-' || i || '.parquet', 'is_final', i = $6, 'metadata', $7::jsonb) ORDER BY g, i)
  FROM generate_series($1::int, $2::int) AS g, generate_series($3::int, $4::int) AS i)))
