-- Guarantees the highest index of a run in the file, by its origin; -1 without any. $1 origin run.
SELECT coalesce(max(batch_index), -1) FROM lake.orleans_batch.applied WHERE run_id = $1;
