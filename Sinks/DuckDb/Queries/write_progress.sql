-- Guarantees that the file's position moves in the transaction that changes the rows. $1 epoch, $2 last seq.
UPDATE lake.orleans_batch.progress SET epoch = $1, last_seq = $2;
