-- Finds how far a run was applied, under its origin: no batch above it is in the file. $1 origin run.
SELECT coalesce(max(batch_index), -1) FROM lake.orleans_batch.applied WHERE run_id = $1;
