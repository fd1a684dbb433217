-- Guarantees what advance does, and that the wakeups of the sinks that follow this one are committed with it. So is the note for the hooks
-- when the run ends here.
-- group_id => $1
-- sink_id => $2
-- epoch => $3: the epoch of this owner
-- seq => $4
-- created_at => $5: of the entry
-- is_batch => $6
-- run_id => $7
-- rows_announced => $8
-- ended_as => $9: the state that the run ends with here; null while it goes on
-- silo => $10
-- rows_applied => $11
-- rows_replaced => $12
-- values_rounded => $13
-- notes => $14: what the sink said of the run's end
-- team_id => $15
-- tells_hooks => $16: whether there are hooks to tell
-- Only the lock holder writes these rows; a former owner's epoch matches nothing. Against a follower's drained check: it sees the move and
-- the wakeup, or neither. The notification is for a follower's group that had no wakeup; the limit keeps that question a look-up.
WITH before AS (
  SELECT c.attempt, c.claimed_at FROM orleans_batch.sink_cursor AS c WHERE c.group_id = $1 AND c.sink_id = $2
), moved AS (
  UPDATE orleans_batch.sink_cursor AS c
  SET next_seq = c.next_seq + 1, applied_seq = CASE WHEN $6 THEN c.next_seq ELSE c.applied_seq END, floor_at = $5,
    claimed_to = NULL, suspect_to = CASE WHEN c.suspect_to > c.next_seq THEN c.suspect_to END, attempt = 0, losses = 0,
    heartbeat_at = clock_timestamp(), progressed_at = clock_timestamp()
  WHERE c.group_id = $1 AND c.sink_id = $2 AND c.epoch = $3 AND c.next_seq = $4
  RETURNING c.next_seq
), counted AS (
  INSERT INTO orleans_batch.sink_run AS o
    (run_id, sink_id, group_id, state, batches_applied, rows_announced, rows_applied, rows_replaced, values_rounded, batches_differing,
     notes, started_at, progressed_at, finished_at)
  SELECT $7, $2, $1, coalesce($9, 'running'), CASE WHEN $6 THEN 1 ELSE 0 END, $8::bigint, $11::bigint, $12::bigint, $13::bigint,
    CASE WHEN $8 <> $11 THEN 1 ELSE 0 END, $14::text[],
    coalesce(b.claimed_at, clock_timestamp()), clock_timestamp(), CASE WHEN $9 IS NOT NULL THEN clock_timestamp() END
  FROM moved, before AS b
  ON CONFLICT ON CONSTRAINT sink_run_pk DO UPDATE
  SET batches_applied = o.batches_applied + EXCLUDED.batches_applied,
    rows_announced = coalesce(o.rows_announced + EXCLUDED.rows_announced, o.rows_announced, EXCLUDED.rows_announced),
    rows_applied = o.rows_applied + EXCLUDED.rows_applied, rows_replaced = o.rows_replaced + EXCLUDED.rows_replaced,
    values_rounded = o.values_rounded + EXCLUDED.values_rounded, batches_differing = o.batches_differing + EXCLUDED.batches_differing,
    notes = coalesce(EXCLUDED.notes, o.notes), state = EXCLUDED.state, progressed_at = EXCLUDED.progressed_at,
    finished_at = EXCLUDED.finished_at
), history AS (
  INSERT INTO orleans_batch.batch_attempt
    (group_id, sink_id, from_seq, to_seq, attempt, outcome, started_at, finished_at, silo, epoch, rows_applied, rows_replaced,
     values_rounded)
  SELECT $1, $2, $4, $4, b.attempt, 'succeeded', b.claimed_at, clock_timestamp(), $10, $3,
    CASE WHEN $11::bigint IS NOT NULL THEN ARRAY[$11::bigint] END, CASE WHEN $12::bigint IS NOT NULL THEN ARRAY[$12::bigint] END,
    CASE WHEN $13::bigint > 0 THEN ARRAY[$13::bigint] END
  FROM moved, before AS b
), told AS (
  INSERT INTO orleans_batch.run_notification (run_id, sink_id, group_id) SELECT $7, $2, $1 FROM moved WHERE $16 AND $9 IS NOT NULL
  ON CONFLICT ON CONSTRAINT run_notification_pk DO NOTHING
), woken AS (
  INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id)
  SELECT $15, $1, s.sink_id FROM moved, orleans_batch.sink AS s WHERE s.upstream_id = $2
  RETURNING sink_id
)
SELECT m.next_seq, (
  SELECT count(pg_notify('orleans_batch_wakeup', '')) FROM woken AS w
  LEFT JOIN LATERAL (
    SELECT true AS there FROM orleans_batch.wakeup AS k WHERE k.sink_id = w.sink_id AND k.team_id = $15 AND k.group_id = $1
    LIMIT 1) AS k ON true
  WHERE k.there IS NULL)
FROM moved AS m
