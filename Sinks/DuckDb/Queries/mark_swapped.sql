-- Guarantees that a full refresh is marked in the transaction that swaps it in. $1 origin run, $2 epoch.
INSERT INTO lake.orleans_batch.swapped VALUES ($1, $2, now());
