-- Guarantees that the entry at the cursor is taken up by this epoch alone, and that its attempt is counted before any work is done.
-- $1 group, $2 sink, $3 epoch, $4 the seq seen. Only the lock holder writes the cursor; a former owner's epoch matches nothing.
UPDATE orleans_batch.sink_cursor AS c
SET claimed_to = c.next_seq, claimed_at = clock_timestamp(), claimed_under = pg_postmaster_start_time(), attempt = c.attempt + 1,
  heartbeat_at = clock_timestamp()
WHERE c.group_id = $1 AND c.sink_id = $2 AND c.epoch = $3 AND c.next_seq = $4
RETURNING c.attempt
