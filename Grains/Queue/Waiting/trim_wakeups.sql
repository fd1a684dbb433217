-- Guarantees that a group which is never idle doesn't gather wakeups: all but the newest go, at most $5 of them. The newest that this
-- statement sees stays, and one that it doesn't see is newer or not committed yet, so the group always has one.
-- $1 team, $2 group, $3 sink, $4 epoch. Only the lock holder deletes wakeups; a former owner's epoch matches nothing.
WITH newest AS (
  SELECT w.id FROM orleans_batch.wakeup AS w
  WHERE w.team_id = $1 AND w.group_id = $2 AND w.sink_id = $3
    AND EXISTS (SELECT FROM orleans_batch.sink_cursor AS c WHERE c.group_id = $2 AND c.sink_id = $3 AND c.epoch = $4)
  ORDER BY w.id DESC LIMIT 1
), older AS (
  SELECT w.id FROM orleans_batch.wakeup AS w
  WHERE w.team_id = $1 AND w.group_id = $2 AND w.sink_id = $3 AND w.id < (SELECT n.id FROM newest AS n)
  ORDER BY w.id LIMIT $5
), dropped AS (
  DELETE FROM orleans_batch.wakeup AS w
  WHERE w.team_id = $1 AND w.group_id = $2 AND w.sink_id = $3 AND w.id = ANY (ARRAY(SELECT o.id FROM older AS o))
  RETURNING 1
)
SELECT count(*)::int FROM dropped
