-- Guarantees that wakeups go only when every entry they may stand for is passed, and every replay that was asked for begun: the check and
-- the delete share one snapshot.
-- The snapshot sees both or neither of what is committed together:
-- - an enqueue's entry and wakeup;
-- - the move of a sink that is followed, and the follower's wakeup;
-- - an operator's request and its wakeup.
-- A wakeup that is not seen stays.
-- A sink that follows another one has passed everything when it has passed what the other has.
-- $1 team, $2 group, $3 sink, $4 epoch. Returns whether the log is drained.
WITH drained AS (
  SELECT FROM orleans_batch.sink_cursor AS c
  JOIN orleans_batch.batch_group AS g ON g.group_id = c.group_id
  JOIN orleans_batch.sink AS s ON s.sink_id = c.sink_id
  LEFT JOIN orleans_batch.sink_cursor AS u ON u.group_id = c.group_id AND u.sink_id = s.upstream_id
  WHERE c.group_id = $2 AND c.sink_id = $3 AND c.epoch = $4
    AND c.next_seq > CASE WHEN s.upstream_id IS NULL THEN g.tail_seq ELSE least(g.tail_seq, coalesce(u.next_seq, 1) - 1) END
    AND NOT EXISTS (
      SELECT FROM orleans_batch.operator_request AS q
      WHERE q.group_id = $2 AND q.sink_id = $3 AND q.done_at IS NULL AND (q.kind = 'replay' OR q.seq < c.next_seq))
), dropped AS (
  DELETE FROM orleans_batch.wakeup AS w
  WHERE w.team_id = $1 AND w.group_id = $2 AND w.sink_id = $3 AND EXISTS (SELECT FROM drained)
)
SELECT EXISTS (SELECT FROM drained)
