-- Remembers a batch in the transaction that applies it. $1 origin run, $2 origin index, $3 seq, $4 rows, $5 epoch.
INSERT INTO lake.orleans_batch.applied VALUES ($1, $2, $3, $4, $5, now());
