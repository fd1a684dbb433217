-- Guarantees a record of the group's waiting for its sink at this entry: since when, how often the sink was asked, and its last answer.
-- $1 group, $2 sink, $3 epoch, $4 seq, $5 code, $6 what the sink said. Returns how often the sink was asked, this time included.
-- Only the lock holder writes the row; a former owner's epoch matches nothing.
INSERT INTO orleans_batch.not_ready AS n (group_id, sink_id, seq, since, asked_at, tries, code, reason)
SELECT c.group_id, c.sink_id, $4, clock_timestamp(), clock_timestamp(), 1, $5, $6
FROM orleans_batch.sink_cursor AS c
WHERE c.group_id = $1 AND c.sink_id = $2 AND c.epoch = $3
ON CONFLICT ON CONSTRAINT not_ready_pk DO UPDATE
SET since = CASE WHEN n.seq = EXCLUDED.seq THEN n.since ELSE EXCLUDED.since END,
  tries = CASE WHEN n.seq = EXCLUDED.seq THEN n.tries + 1 ELSE 1 END,
  seq = EXCLUDED.seq, asked_at = EXCLUDED.asked_at, code = EXCLUDED.code, reason = EXCLUDED.reason
RETURNING n.tries
