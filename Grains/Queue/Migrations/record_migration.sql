-- Guarantees that the migration is on record in the transaction that applies it. $1 number, $2 name.
INSERT INTO orleans_batch.migration (number, name) VALUES ($1, $2)
