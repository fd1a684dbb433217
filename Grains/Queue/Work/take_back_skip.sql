-- Guarantees that nothing on record keeps the batch at the cursor from counting as applied, because the sink has the batch.
-- $1 group, $2 sink, $3 epoch, $4 seq.
-- Only the lock holder writes these rows; a former owner's epoch matches nothing.
WITH owned AS (
  SELECT c.next_seq FROM orleans_batch.sink_cursor AS c
  WHERE c.group_id = $1 AND c.sink_id = $2 AND c.epoch = $3 AND c.next_seq = $4
), dropped AS (
  DELETE FROM orleans_batch.batch_exception AS x
  USING owned AS o
  WHERE x.group_id = $1 AND x.sink_id = $2 AND x.seq = o.next_seq AND x.kind = 'skipped'
)
SELECT o.next_seq FROM owned AS o
