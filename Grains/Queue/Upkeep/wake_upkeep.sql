-- Guarantees a wakeup for groups whose upkeep is due, a few at a time, and none for the same group within five minutes.
-- $1 the most groups. Returns how many were woken.
-- Groups that are parked, paused for good, or being forgotten are left out or find nothing to do.
-- An owner that writes the row at the same time is not waited for.
WITH due AS (
  SELECT u.ctid AS place, u.group_id, u.sink_id, g.team_id
  FROM orleans_batch.upkeep AS u
  JOIN orleans_batch.batch_group AS g ON g.group_id = u.group_id AND NOT g.is_closed
  JOIN orleans_batch.sink AS s ON s.sink_id = u.sink_id AND s.state = 'active'
  WHERE u.due_at <= statement_timestamp() AND u.woken_until <= statement_timestamp() AND NOT EXISTS (
    SELECT FROM orleans_batch.parked AS p WHERE p.group_id = u.group_id AND p.sink_id = u.sink_id)
    AND NOT EXISTS (
      SELECT FROM orleans_batch.wakeup AS w WHERE w.sink_id = u.sink_id AND w.team_id = g.team_id AND w.group_id = u.group_id)
  ORDER BY u.due_at LIMIT $1
  FOR UPDATE OF u SKIP LOCKED
), marked AS (
  UPDATE orleans_batch.upkeep AS u SET woken_until = statement_timestamp() + interval '5 minutes'
  WHERE u.ctid = ANY (ARRAY(SELECT d.place FROM due AS d))
), woken AS (
  INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id) SELECT d.team_id, d.group_id, d.sink_id FROM due AS d
  RETURNING group_id
)
SELECT count(*)::int, count(pg_notify('orleans_batch_wakeup', '')) FROM woken
