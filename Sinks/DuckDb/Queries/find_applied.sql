-- Guarantees the result of an applied batch by its origin, whatever run or seq brings the batch this time.
-- $1 origin run, $2 origin index.
SELECT row_count, rows_replaced, coalesce(values_rounded, 0) FROM lake.orleans_batch.applied WHERE run_id = $1 AND batch_index = $2;
