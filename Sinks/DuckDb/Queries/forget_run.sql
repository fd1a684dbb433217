-- Forgets the batches of a run whose staged rows are dropped, so that a retry stages them again. $1 origin run.
DELETE FROM lake.orleans_batch.applied WHERE run_id = $1;
