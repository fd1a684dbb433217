-- Guarantees what the function says: what the run left unfinished is in the log as a new run.
-- seal: whether the new run is sealed; null for what the run was.
SELECT orleans_batch.retry_run(
  run_id => $1,
  force => $2,
  seal => $3,
  who => $4,
  why => $5)
