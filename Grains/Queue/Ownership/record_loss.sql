-- Guarantees that a claim whose owner was lost is counted once, as a loss and not as an attempt. The loss is on record with the silo that
-- lost the claim.
-- $1 group, $2 sink, $3 epoch, $4 this silo, for a claim that names no owner, $5 what ended the owner.
-- A restart or an outage of the database ended every session, whatever its batch: such a loss does not count. A loss of unknown cause does,
-- because the batch may be what ended its owner.
-- Only the lock holder writes the cursor; the epoch refuses a former one.
WITH before AS (
  SELECT c.next_seq, c.claimed_to, c.attempt, c.claimed_at, coalesce(c.lost_owner, $4) AS silo FROM orleans_batch.sink_cursor AS c
  WHERE c.group_id = $1 AND c.sink_id = $2
), lost AS (
  UPDATE orleans_batch.sink_cursor AS c
  SET losses = c.losses + CASE WHEN $5 = 'unknown' THEN 1 ELSE 0 END, attempt = greatest(c.attempt - 1, 0), suspect_to = c.claimed_to,
    claimed_to = NULL, lost_owner = NULL, heartbeat_at = clock_timestamp()
  WHERE c.group_id = $1 AND c.sink_id = $2 AND c.epoch = $3 AND c.claimed_to >= c.next_seq
  RETURNING c.attempt, c.losses
), history AS (
  INSERT INTO orleans_batch.batch_attempt
    (group_id, sink_id, from_seq, to_seq, attempt, outcome, started_at, finished_at, silo, epoch, error)
  SELECT $1, $2, b.next_seq, b.claimed_to, b.attempt, 'lost', b.claimed_at, clock_timestamp(), b.silo, $3,
    CASE $5 WHEN 'restart' THEN 'The database was restarted while this batch was worked on.'
      WHEN 'outage' THEN 'The database was away while this batch was worked on.'
      ELSE 'The owner was lost while it worked on this batch.' END
  FROM before AS b, lost
)
SELECT l.attempt, l.losses FROM lost AS l
