-- Guarantees what the function says: the run takes nothing more, and what is not applied yet is skipped.
SELECT orleans_batch.cancel_run(
  run_id => $1,
  who => $2,
  why => $3)
