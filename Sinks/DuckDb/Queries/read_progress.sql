-- Guarantees the file's position and last writer, read in the transaction that is going to move the position.
SELECT epoch, last_seq FROM lake.orleans_batch.progress;
