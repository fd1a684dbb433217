-- Guarantees that the sink counts as done with the group that is being forgotten, and that the group is not started in it again.
-- The group's wakeups go with the request: no entry of it is ever worked on again.
-- $1 group, $2 sink, $3 epoch, $4 request, which nobody else closes, $5 whether the sink removes what it holds, $6 team.
-- Only the lock holder writes these rows; a former owner's epoch matches nothing.
WITH checked AS (
  UPDATE orleans_batch.sink_cursor AS c SET claimed_to = NULL, heartbeat_at = clock_timestamp()
  WHERE c.group_id = $1 AND c.sink_id = $2 AND c.epoch = $3
  RETURNING c.next_seq
), done AS (
  UPDATE orleans_batch.operator_request AS q
  SET done_at = clock_timestamp(), tries = q.tries + 1, removed = $5, last_error = NULL,
    outcome = CASE WHEN $5 THEN 'Removed.' ELSE 'The sink can''t remove a group''s rows, and keeps them.' END
  FROM checked
  WHERE q.request_id = $4
), dropped AS (
  DELETE FROM orleans_batch.wakeup AS w
  WHERE w.team_id = $6 AND w.group_id = $1 AND w.sink_id = $2 AND EXISTS (SELECT FROM checked)
)
SELECT c.next_seq FROM checked AS c
