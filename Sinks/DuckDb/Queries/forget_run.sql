-- Guarantees that no batch of a run is marked whose staged rows are dropped, so that a retry stages it again. $1 origin run.
DELETE FROM lake.orleans_batch.applied WHERE run_id = $1;
