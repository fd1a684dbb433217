-- Guarantees that the detached partition $1 is part of its table again.
SELECT orleans_batch.attach_partition($1)
