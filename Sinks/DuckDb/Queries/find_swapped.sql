-- Guarantees whether a full refresh was swapped in, so that a repeated end of the run changes nothing. $1 origin run.
SELECT count(*) FROM lake.orleans_batch.swapped WHERE run_id = $1;
