-- Guarantees that the run counts as alive from now on, unless it takes no further batches.
-- $1 run.
SELECT orleans_batch.run_alive($1)
