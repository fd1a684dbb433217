-- Guarantees that the detached partition $1 is gone; one that is attached is never dropped.
SELECT orleans_batch.drop_partition($1)
