-- Guarantees that all batches of the arrays are in the log, or none.
-- $1 teams, $2 schemas, $3 runs, $4 indexes, $5 paths, $6 finals, $7 rows, $8 bytes,
-- $9 sync types, $10 primary keys, $11 metadata, $12 options.
SELECT orleans_batch.enqueue_many(
  team_ids => $1, schema_ids => $2, run_ids => $3, batch_indexes => $4, paths => $5, are_final => $6, row_counts => $7, byte_sizes => $8,
  sync_types => $9, primary_keys => $10, metadata => $11, options => $12)
