-- Guarantees that the cursor passes an entry that it had passed before a replay. A batch that was applied again is on record as replayed,
-- by whom and why.
-- What the batch's run came to stays as it was, but for what the sink says of the run's end. What failed or was skipped stays on record so.
-- The replay is over behind its last entry.
-- group_id => $1
-- sink_id => $2
-- epoch => $3: the epoch of this owner
-- seq => $4
-- created_at => $5: of the entry
-- is_applied => $6: whether a batch was applied
-- silo => $7
-- team_id => $8
-- rows_applied => $9
-- rows_replaced => $10
-- values_rounded => $11
-- run_id => $12
-- notes => $13: what the sink said of the run's end
-- Only the lock holder writes these rows; a former owner's epoch matches nothing. Against a follower's drained check: it sees the move and
-- the wakeup, or neither.
WITH before AS (
  SELECT c.attempt, c.claimed_at, coalesce(q.who, $7) AS who, coalesce(q.why, '') AS why
  FROM orleans_batch.sink_cursor AS c
  LEFT JOIN LATERAL (
    SELECT y.who, y.why FROM orleans_batch.operator_request AS y WHERE y.request_id = c.replay_request LIMIT 1) AS q ON true
  WHERE c.group_id = $1 AND c.sink_id = $2
), moved AS (
  UPDATE orleans_batch.sink_cursor AS c
  SET next_seq = c.next_seq + 1, applied_seq = CASE WHEN $6 THEN greatest(c.applied_seq, c.next_seq) ELSE c.applied_seq END, floor_at = $5,
    claimed_to = NULL, suspect_to = CASE WHEN c.suspect_to > c.next_seq THEN c.suspect_to END, attempt = 0, losses = 0,
    heartbeat_at = clock_timestamp(), progressed_at = CASE WHEN $6 THEN clock_timestamp() ELSE c.progressed_at END,
    replay_to = CASE WHEN c.replay_to > c.next_seq THEN c.replay_to END,
    replay_request = CASE WHEN c.replay_to > c.next_seq THEN c.replay_request END
  WHERE c.group_id = $1 AND c.sink_id = $2 AND c.epoch = $3 AND c.next_seq = $4 AND c.replay_to >= c.next_seq
  RETURNING c.next_seq
), recorded AS (
  INSERT INTO orleans_batch.batch_exception (group_id, sink_id, seq, kind, who, why, by_operator)
  SELECT $1, $2, $4, 'replayed', b.who, b.why, true FROM moved, before AS b WHERE $6
  ON CONFLICT ON CONSTRAINT batch_exception_pk DO NOTHING
), noted AS (
  UPDATE orleans_batch.sink_run AS o SET notes = $13 FROM moved WHERE o.run_id = $12 AND o.sink_id = $2 AND $13::text[] IS NOT NULL
), history AS (
  INSERT INTO orleans_batch.batch_attempt
    (group_id, sink_id, from_seq, to_seq, attempt, outcome, started_at, finished_at, silo, epoch, rows_applied, rows_replaced,
     values_rounded)
  SELECT $1, $2, $4, $4, b.attempt, 'succeeded', b.claimed_at, clock_timestamp(), $7, $3,
    CASE WHEN $9::bigint IS NOT NULL THEN ARRAY[$9::bigint] END, CASE WHEN $10::bigint IS NOT NULL THEN ARRAY[$10::bigint] END,
    CASE WHEN $11::bigint > 0 THEN ARRAY[$11::bigint] END
  FROM moved, before AS b WHERE $6
), woken AS (
  INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id)
  SELECT $8, $1, s.sink_id FROM moved, orleans_batch.sink AS s WHERE s.upstream_id = $2
  RETURNING sink_id
)
SELECT m.next_seq, (
  SELECT count(pg_notify('orleans_batch_wakeup', '')) FROM woken AS w
  LEFT JOIN LATERAL (
    SELECT true AS there FROM orleans_batch.wakeup AS k WHERE k.sink_id = w.sink_id AND k.team_id = $8 AND k.group_id = $1
    LIMIT 1) AS k ON true
  WHERE k.there IS NULL)
FROM moved AS m
