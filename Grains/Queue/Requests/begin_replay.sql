-- Guarantees that the owner begins again with the entry that an operator named, and that the request is closed with it. A replay that is
-- under way and has not come to that entry yet covers it. Else the new replay takes the place of the one under way, up to the same end.
-- A group that waited for another attempt, or stopped in a replay, waits no longer. A group that a failed run has blocked stays blocked.
-- $1 group, $2 sink, $3 epoch, $4 the seq seen, $5 request, which nobody else closes.
-- An entry that was taken up and not finished may be in the sink all the same: suspect_to remembers it.
-- Only the lock holder writes these rows; a former owner's epoch matches nothing. The poller may delete the parked row at the same time:
-- the row's lock puts one after the other.
WITH request AS (
  SELECT q.request_id, q.seq FROM orleans_batch.operator_request AS q WHERE q.request_id = $5
), before AS (
  SELECT c.next_seq, coalesce(c.replay_to >= c.next_seq, false) AS replaying, r.seq < c.next_seq AS moves
  FROM orleans_batch.sink_cursor AS c, request AS r
  WHERE c.group_id = $1 AND c.sink_id = $2
), moved AS (
  UPDATE orleans_batch.sink_cursor AS c
  SET next_seq = CASE WHEN b.moves THEN r.seq ELSE c.next_seq END,
    floor_at = CASE WHEN b.moves THEN '-infinity' ELSE c.floor_at END,
    replay_to = CASE WHEN b.moves THEN greatest(c.next_seq - 1, c.replay_to) ELSE c.replay_to END,
    replay_request = CASE WHEN b.moves THEN r.request_id ELSE c.replay_request END,
    suspect_to = CASE WHEN b.moves AND (c.attempt > 0 OR c.losses > 0) THEN greatest(c.suspect_to, c.next_seq) ELSE c.suspect_to END,
    attempt = CASE WHEN b.moves THEN 0 ELSE c.attempt END, losses = CASE WHEN b.moves THEN 0 ELSE c.losses END,
    claimed_to = NULL, heartbeat_at = clock_timestamp()
  FROM before AS b, request AS r
  WHERE c.group_id = $1 AND c.sink_id = $2 AND c.epoch = $3 AND c.next_seq = $4
  RETURNING c.next_seq
), freed AS (
  DELETE FROM orleans_batch.parked AS p
  USING moved, before AS b
  WHERE p.group_id = $1 AND p.sink_id = $2 AND b.moves
    AND (p.reason IN ('retry', 'not_ready') OR (p.reason = 'blocked' AND b.replaying))
), done AS (
  UPDATE orleans_batch.operator_request AS q
  SET done_at = clock_timestamp(), outcome = CASE
      WHEN b.moves THEN 'Begun.'
      WHEN b.replaying THEN 'The replay under way has not come to this entry yet and covers it.'
      ELSE 'The sink has not passed this entry, so there is nothing to replay.' END
  FROM moved, before AS b
  WHERE q.request_id = $5
)
SELECT m.next_seq FROM moved AS m
