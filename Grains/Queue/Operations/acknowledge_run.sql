-- Guarantees what the function says: doctor no longer names the failed run.
SELECT orleans_batch.acknowledge_run(
  run_id => $1,
  who => $2,
  why => $3)
