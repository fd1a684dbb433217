-- Guarantees what the function says: what the run left unfinished is in the log as a new run.
-- $1 run, $2 force, $3 who, $4 why, $5 whether the new run is sealed (null: as the run was).
SELECT orleans_batch.retry_run(run_id => $1, force => $2, who => $3, why => $4, seal => $5)
