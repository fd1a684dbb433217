-- Guarantees that a group which waits for its time is not started again before it, and that no wakeup is lost by it: the parked row becomes
-- a wakeup when the row is due.
-- Returns why the group is parked, or that the group is gone, because it was forgotten while somebody was about to start it.
-- No row means that the group may be worked on. There is no row either when an operator's request is due: an owner complies with requests
-- while the group is parked.
-- $1 team, $2 group, $3 sink. The caller holds the lock. The poller may turn the row into a wakeup at the same time: that wakeup is
-- newer than this statement's snapshot and stays; so does that of a request.
WITH gone AS (
  SELECT 'gone' AS reason WHERE NOT EXISTS (SELECT FROM orleans_batch.batch_group AS g WHERE g.group_id = $2)
), waiting AS (
  SELECT o.reason FROM gone AS o
  UNION ALL
  SELECT p.reason FROM orleans_batch.parked AS p
  WHERE p.group_id = $2 AND p.sink_id = $3 AND (p.until IS NULL OR p.until > clock_timestamp())
    AND NOT EXISTS (
      SELECT FROM orleans_batch.operator_request AS q
      LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = $2 AND c.sink_id = $3
      WHERE q.group_id = $2 AND q.sink_id = $3 AND q.done_at IS NULL AND (q.kind = 'replay' OR q.seq <= coalesce(c.next_seq, 1)))
), dropped AS (
  DELETE FROM orleans_batch.wakeup AS w
  WHERE w.team_id = $1 AND w.group_id = $2 AND w.sink_id = $3 AND EXISTS (SELECT FROM waiting)
)
SELECT w.reason FROM waiting AS w
