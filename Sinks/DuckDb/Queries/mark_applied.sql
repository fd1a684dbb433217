-- Guarantees that the batches of a window are marked in the transaction that applies them. $1 to $3 are lists of one length.
-- $1 origin runs, $2 origin indexes, $3 seqs, $4 rows, $5 epoch, $6 rows replaced, $7 values rounded.
INSERT INTO lake.orleans_batch.applied (run_id, batch_index, seq, row_count, epoch, applied_at, rows_replaced, values_rounded)
  SELECT unnest($1::UUID[]), unnest($2::INTEGER[]), unnest($3::BIGINT[]), unnest($4::BIGINT[]), $5, now(), unnest($6::BIGINT[]),
    unnest($7::BIGINT[]);
