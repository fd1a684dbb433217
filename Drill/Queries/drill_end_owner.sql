-- Guarantees that the session of one working owner is ended, and tells which: the one at the share $1 of their list.
WITH owner AS (
  SELECT g.team_id, g.schema_id, c.epoch, c.owner, h.backend_pid,
    row_number() OVER (ORDER BY g.team_id, g.schema_id) - 1 AS number, count(*) OVER () AS owners
  FROM orleans_batch.held_lock AS h
  JOIN orleans_batch.sink_cursor AS c ON c.group_id = h.group_id AND c.sink_id = h.sink_id
  JOIN orleans_batch.batch_group AS g ON g.group_id = h.group_id
  WHERE c.claimed_to >= c.next_seq
)
SELECT o.team_id, o.schema_id, o.epoch, o.owner, pg_terminate_backend(o.backend_pid)
FROM owner AS o
WHERE o.number = floor(o.owners * $1)
