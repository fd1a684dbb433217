-- Remembers a batch in the transaction that applies it.
-- $1 origin run, $2 origin index, $3 seq, $4 rows, $5 epoch, $6 rows replaced, $7 values rounded.
INSERT INTO lake.orleans_batch.applied (run_id, batch_index, seq, row_count, epoch, applied_at, rows_replaced, values_rounded)
  VALUES ($1, $2, $3, $4, $5, now(), $6, $7);
