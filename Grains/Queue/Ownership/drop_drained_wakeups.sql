-- Guarantees that wakeups go only when every entry they may stand for is passed: the check and the delete share one snapshot, and an
-- enqueue commits its entry and its wakeup together, so both are seen or neither. A wakeup that is not seen stays.
-- $1 team, $2 group, $3 sink, $4 epoch. Returns whether the log is drained.
WITH drained AS (
  SELECT FROM orleans_batch.sink_cursor AS c
  JOIN orleans_batch.batch_group AS g ON g.group_id = c.group_id
  WHERE c.group_id = $2 AND c.sink_id = $3 AND c.epoch = $4 AND c.next_seq > g.tail_seq
), dropped AS (
  DELETE FROM orleans_batch.wakeup AS w
  WHERE w.team_id = $1 AND w.group_id = $2 AND w.sink_id = $3 AND EXISTS (SELECT FROM drained)
)
SELECT EXISTS (SELECT FROM drained)
