-- Guarantees that what is on record of groups that waited for their sink is gone once their cursors have passed those entries. The owner
-- forgets this itself unless another silo has taken the group over.
-- Returns each group with its sink, how often the sink was asked, and for how many seconds the group waited. Bounded by the groups that
-- wait. Two sessions at once: the row's lock lets one delete it.
WITH forgotten AS (
  DELETE FROM orleans_batch.unreached AS u USING orleans_batch.sink_cursor AS c
  WHERE c.group_id = u.group_id AND c.sink_id = u.sink_id AND c.next_seq > u.seq
), passed AS (
  DELETE FROM orleans_batch.not_ready AS n USING orleans_batch.sink_cursor AS c
  WHERE c.group_id = n.group_id AND c.sink_id = n.sink_id AND c.next_seq > n.seq
  RETURNING n.group_id, n.sink_id, n.tries, n.since
)
SELECT g.team_id, g.schema_id, s.name, p.tries, extract(epoch FROM clock_timestamp() - p.since)::double precision
FROM passed AS p
JOIN orleans_batch.batch_group AS g ON g.group_id = p.group_id
JOIN orleans_batch.sink AS s ON s.sink_id = p.sink_id
