-- Guarantees that the migration is on record in the transaction that applies it. $1 number, $2 name, $3 checksum.
INSERT INTO orleans_batch.migration (number, name, checksum) VALUES ($1, $2, $3)
