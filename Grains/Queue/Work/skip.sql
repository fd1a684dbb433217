-- Guarantees that the cursor passes an entry that is not applied, and that a batch skipped so is on record with the reason and counted.
-- The run ends here with the entry when run_state is a state it ends with.
-- group_id => $1
-- sink_id => $2
-- epoch => $3: the epoch of this owner
-- seq => $4
-- created_at => $5: of the entry
-- is_batch => $6
-- run_id => $7
-- silo => $8
-- why => $9
-- run_state => $10: the state of the run after it unless it has ended; null when the run is nothing to this sink
-- by_operator => $11: whether an operator decided it
-- team_id => $12
-- tells_hooks => $13: whether there are hooks to tell
-- notes => $14: what the sink said of the run's end
-- A reason that is on record already stays. Only the lock holder writes these rows; a former owner's epoch matches nothing. Against a
-- follower's drained check: it sees the move and the wakeup, or neither.
WITH moved AS (
  UPDATE orleans_batch.sink_cursor AS c
  SET next_seq = c.next_seq + 1, floor_at = $5, claimed_to = NULL,
    suspect_to = CASE WHEN c.suspect_to > c.next_seq THEN c.suspect_to END, attempt = 0, losses = 0, heartbeat_at = clock_timestamp()
  WHERE c.group_id = $1 AND c.sink_id = $2 AND c.epoch = $3 AND c.next_seq = $4
  RETURNING c.next_seq
), recorded AS (
  INSERT INTO orleans_batch.batch_exception (group_id, sink_id, seq, kind, who, why, by_operator)
  SELECT $1, $2, $4, 'skipped', $8, $9, $11 FROM moved WHERE $6
  ON CONFLICT ON CONSTRAINT batch_exception_pk DO NOTHING
), counted AS (
  INSERT INTO orleans_batch.sink_run AS o (run_id, sink_id, group_id, state, batches_skipped, notes, finished_at)
  SELECT $7, $2, $1, $10, CASE WHEN $6 THEN 1 ELSE 0 END, $14, CASE WHEN $10 <> 'running' THEN clock_timestamp() END
  FROM moved WHERE $10 IS NOT NULL
  ON CONFLICT ON CONSTRAINT sink_run_pk DO UPDATE
  SET batches_skipped = o.batches_skipped + EXCLUDED.batches_skipped, notes = coalesce(EXCLUDED.notes, o.notes),
    state = CASE WHEN o.state = 'running' THEN EXCLUDED.state ELSE o.state END, finished_at = coalesce(o.finished_at, EXCLUDED.finished_at)
), told AS (
  INSERT INTO orleans_batch.run_notification (run_id, sink_id, group_id) SELECT $7, $2, $1 FROM moved WHERE $13 AND $10 <> 'running'
  ON CONFLICT ON CONSTRAINT run_notification_pk DO NOTHING
), woken AS (
  INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id)
  SELECT $12, $1, s.sink_id FROM moved, orleans_batch.sink AS s WHERE s.upstream_id = $2
  RETURNING sink_id
)
SELECT m.next_seq, (
  SELECT count(pg_notify('orleans_batch_wakeup', '')) FROM woken AS w
  LEFT JOIN LATERAL (
    SELECT true AS there FROM orleans_batch.wakeup AS k WHERE k.sink_id = w.sink_id AND k.team_id = $12 AND k.group_id = $1
    LIMIT 1) AS k ON true
  WHERE k.there IS NULL)
FROM moved AS m
