-- Guarantees that a group with unfinished entries, no wakeup and no parked row gets a wakeup. There should be none: each is counted. To a
-- sink that follows another one, entries count that the other has passed.
-- $1 the group to begin after, $2 the most groups to look at. Returns the last group looked at (null: past the end) and the number mended.
-- Entry, cursors, parked row and wakeup are read in one snapshot. Each is written together with the wakeup that belongs to it, so a healthy
-- group never looks broken. A wakeup too many does no harm.
-- Sinks that are still being added are seeded elsewhere. A group that is being forgotten needs no wakeup for its entries.
WITH slice AS (
  SELECT g.group_id, g.team_id, g.tail_seq, g.is_closed FROM orleans_batch.batch_group AS g
  WHERE g.group_id > $1 ORDER BY g.group_id LIMIT $2
), mended AS (
  INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id)
  SELECT l.team_id, l.group_id, s.sink_id
  FROM slice AS l
  CROSS JOIN orleans_batch.sink AS s
  -- The limits keep these look-ups: joined, they are planned as reads of all cursors and all parked rows.
  LEFT JOIN LATERAL (
    SELECT k.next_seq FROM orleans_batch.sink_cursor AS k WHERE k.group_id = l.group_id AND k.sink_id = s.sink_id LIMIT 1) AS c ON true
  LEFT JOIN LATERAL (
    SELECT true AS waits FROM orleans_batch.parked AS k WHERE k.group_id = l.group_id AND k.sink_id = s.sink_id LIMIT 1) AS p ON true
  LEFT JOIN LATERAL (
    SELECT k.next_seq FROM orleans_batch.sink_cursor AS k WHERE k.group_id = l.group_id AND k.sink_id = s.upstream_id LIMIT 1) AS u ON true
  WHERE s.state <> 'adding' AND NOT l.is_closed
    AND coalesce(c.next_seq, 1) <= CASE WHEN s.upstream_id IS NULL THEN l.tail_seq ELSE coalesce(u.next_seq, 1) - 1 END
    AND NOT EXISTS (SELECT FROM orleans_batch.wakeup AS w
                    WHERE w.team_id = l.team_id AND w.group_id = l.group_id AND w.sink_id = s.sink_id)
    AND p.waits IS NULL
  RETURNING 1
)
SELECT (SELECT max(l.group_id) FROM slice AS l), (SELECT count(*)::int FROM mended)
