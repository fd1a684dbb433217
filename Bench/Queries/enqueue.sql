-- Guarantees one batch in the log, enqueued as a producer does. $1 team, $2 schema, $3 run, $4 index.
SELECT orleans_batch.enqueue(
  team_id => $1, schema_id => $2, run_id => $3, batch_index => $4, path => '/data/incoming/00000000-0000-0000-0000-000000000000.parquet')
