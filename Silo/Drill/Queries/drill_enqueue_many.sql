-- Guarantees that all batches of the array are in the log, or none. $1 the array.
SELECT orleans_batch.enqueue_many($1::jsonb)
