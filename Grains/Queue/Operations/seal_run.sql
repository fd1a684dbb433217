-- Guarantees what the function says: the run takes no further batches, and who sealed it is on record.
SELECT orleans_batch.seal_run(
  run_id => $1,
  who => $2,
  why => $3)
