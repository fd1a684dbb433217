-- Guarantees that the batch is in the log once, or that the call is refused.
-- $1 team, $2 schema, $3 run, $4 index, $5 path, $6 final, $7 sync type, $8 primary keys, $9 metadata.
SELECT orleans_batch.enqueue(
  team_id => $1, schema_id => $2, run_id => $3, batch_index => $4, path => $5, is_final => $6, row_count => 1, sync_type => $7,
  primary_keys => $8, metadata => $9::jsonb)
