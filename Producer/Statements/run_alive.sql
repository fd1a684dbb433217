-- Guarantees what the function says: the run counts as alive from now on, unless it takes no further batches. $1 run.
SELECT orleans_batch.run_alive($1)
