-- Guarantees a run with one batch for each file, in their order. $1 run, $2 paths, $3 schema.
SELECT cardinality(orleans_batch.enqueue_many((
  SELECT jsonb_agg(jsonb_build_object(
    'team_id', 1, 'schema_id', $3::text, 'run_id', $1::uuid, 'batch_index', f.n - 1, 'path', f.path,
    'is_final', f.n = cardinality($2::text[])) ORDER BY f.n)
  FROM unnest($2::text[]) WITH ORDINALITY AS f(path, n))))
