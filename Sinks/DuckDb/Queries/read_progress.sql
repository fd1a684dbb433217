-- Reads how far the file is and who wrote it last, in the transaction that is going to move it.
SELECT epoch, last_seq FROM lake.orleans_batch.progress;
