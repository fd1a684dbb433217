-- Guarantees that the batch is in the log once, or that the call is refused.
-- $1 team, $2 schema, $3 run, $4 index, $5 path, $6 final, $7 rows, $8 bytes,
-- $9 sync type, $10 primary keys, $11 metadata, $12 options.
SELECT orleans_batch.enqueue(
  team_id => $1, schema_id => $2, run_id => $3, batch_index => $4, path => $5, is_final => $6, row_count => $7, byte_size => $8,
  sync_type => $9, primary_keys => $10, metadata => $11::jsonb, options => $12::jsonb)
