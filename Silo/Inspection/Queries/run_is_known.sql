-- Guarantees true while the queue knows the run. $1 run.
SELECT EXISTS (SELECT FROM orleans_batch.run AS r WHERE r.run_id = $1)
