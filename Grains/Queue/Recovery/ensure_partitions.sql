-- Guarantees partitions for the next seven days.
SELECT orleans_batch.ensure_partitions()
