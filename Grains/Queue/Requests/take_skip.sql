-- Guarantees that the batch which an operator wants skipped is on record as skipped before the batch is taken up (again). The request is
-- closed with it: too late when the batch was passed.
-- The cursor passes what is on record as skipped at its next step. A group that waited for another attempt at the batch waits no longer.
-- $1 group, $2 sink, $3 epoch, $4 the seq seen, $5 request, which nobody else closes.
-- Only the lock holder writes these rows; a former owner's epoch matches nothing. The poller may delete the parked row at the same time:
-- the row's lock puts one after the other.
WITH request AS (
  SELECT q.seq, q.who, q.why FROM orleans_batch.operator_request AS q WHERE q.request_id = $5
), before AS (
  SELECT c.next_seq, coalesce(c.replay_to >= c.next_seq, false) AS replaying, r.seq = c.next_seq AS takes
  FROM orleans_batch.sink_cursor AS c, request AS r
  WHERE c.group_id = $1 AND c.sink_id = $2
), checked AS (
  UPDATE orleans_batch.sink_cursor AS c
  SET attempt = CASE WHEN b.takes THEN 0 ELSE c.attempt END, losses = CASE WHEN b.takes THEN 0 ELSE c.losses END,
    claimed_to = NULL, heartbeat_at = clock_timestamp()
  FROM before AS b
  WHERE c.group_id = $1 AND c.sink_id = $2 AND c.epoch = $3 AND c.next_seq = $4
  RETURNING c.next_seq
), recorded AS (
  INSERT INTO orleans_batch.batch_exception AS x (group_id, sink_id, seq, kind, who, why, by_operator)
  SELECT $1, $2, r.seq, 'skipped', r.who, r.why, true FROM checked, before AS b, request AS r WHERE b.takes
  ON CONFLICT ON CONSTRAINT batch_exception_pk DO UPDATE
  SET kind = EXCLUDED.kind, who = EXCLUDED.who, why = EXCLUDED.why, by_operator = true, created_at = EXCLUDED.created_at
  WHERE x.kind = 'replayed'
), freed AS (
  DELETE FROM orleans_batch.parked AS p
  USING checked, before AS b
  WHERE p.group_id = $1 AND p.sink_id = $2 AND b.takes
    AND (p.reason IN ('retry', 'not_ready') OR (p.reason = 'blocked' AND b.replaying))
), done AS (
  UPDATE orleans_batch.operator_request AS q
  SET done_at = clock_timestamp(), outcome = CASE WHEN b.takes THEN 'Skipped.' ELSE 'Too late: the sink has passed the batch.' END
  FROM checked, before AS b
  WHERE q.request_id = $5
)
SELECT c.next_seq FROM checked AS c
