-- Guarantees what the function says: true once the sink has all its groups. $1 name.
SELECT orleans_batch.seed_sink($1)
