-- Guarantees an array of batches in the log, enqueued as a producer does. $1 the array.
SELECT cardinality(orleans_batch.enqueue_many($1::jsonb))
