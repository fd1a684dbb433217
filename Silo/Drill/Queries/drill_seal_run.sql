-- Guarantees that the run takes no further batches. $1 run.
SELECT orleans_batch.seal_run($1)
