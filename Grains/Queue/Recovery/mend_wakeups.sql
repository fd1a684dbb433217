-- Guarantees that a group with unfinished entries, no wakeup and no parked row gets a wakeup. There should be none: each is counted.
-- $1 the group to begin after, $2 the most groups to look at. Returns the last group looked at (null: past the end) and the number mended.
-- Entry, cursors, parked row and wakeup are read in one snapshot, and each is written together with the wakeup that belongs to it, so a
-- healthy group never looks broken; a wakeup too many does no harm. Sinks that are still being added are seeded elsewhere.
WITH slice AS (
  SELECT g.group_id, g.team_id, g.tail_seq FROM orleans_batch.batch_group AS g
  WHERE g.group_id > $1 ORDER BY g.group_id LIMIT $2
), mended AS (
  INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id)
  SELECT l.team_id, l.group_id, s.sink_id
  FROM slice AS l
  CROSS JOIN orleans_batch.sink AS s
  LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = l.group_id AND c.sink_id = s.sink_id
  LEFT JOIN orleans_batch.sink_cursor AS u ON u.group_id = l.group_id AND u.sink_id = s.upstream_id
  WHERE s.state <> 'adding'
    AND coalesce(c.next_seq, 1) <= CASE WHEN s.upstream_id IS NULL THEN l.tail_seq ELSE coalesce(u.next_seq, 1) - 1 END
    AND NOT EXISTS (SELECT FROM orleans_batch.wakeup AS w
                    WHERE w.team_id = l.team_id AND w.group_id = l.group_id AND w.sink_id = s.sink_id)
    AND NOT EXISTS (SELECT FROM orleans_batch.parked AS p WHERE p.group_id = l.group_id AND p.sink_id = s.sink_id)
  RETURNING 1
)
SELECT (SELECT max(l.group_id) FROM slice AS l), (SELECT count(*)::int FROM mended)
