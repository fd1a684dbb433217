-- Guarantees where the sink delta stands in the groups that it worked on last, each with the origin of the batch at the cursor.
-- Groups that are being forgotten or replayed are left out, and those with an open request.
-- The claimed entry is the last one that an owner may have applied without the cursor.
-- $1 most groups, $2 team or null for all, $3 schema.
SELECT g.team_id, g.schema_id, c.next_seq, c.applied_seq, g.tail_seq, greatest(c.claimed_to, c.suspect_to, 0) AS claimed_to,
  coalesce(e.origin_run_id, r.origin_run_id, e.run_id) AS origin_run_id, coalesce(e.origin_index, e.batch_index) AS origin_index
FROM orleans_batch.sink_cursor AS c
JOIN orleans_batch.sink AS s ON s.sink_id = c.sink_id AND s.name = 'delta' AND s.state <> 'disabled'
JOIN orleans_batch.batch_group AS g ON g.group_id = c.group_id AND NOT g.is_closed
LEFT JOIN LATERAL (
  SELECT * FROM orleans_batch.log_entry AS l
  WHERE l.group_id = c.group_id AND l.created_at >= c.floor_at AND l.seq = c.next_seq AND l.kind = 'batch'
  LIMIT 1) AS e ON true
LEFT JOIN orleans_batch.run AS r ON r.run_id = e.run_id
WHERE (c.replay_to IS NULL OR c.replay_to < c.next_seq) AND NOT EXISTS (
    SELECT FROM orleans_batch.operator_request AS q WHERE q.group_id = c.group_id AND q.sink_id = c.sink_id AND q.done_at IS NULL)
  AND ($2::bigint IS NULL OR (g.team_id = $2 AND g.schema_id = $3))
ORDER BY c.progressed_at DESC NULLS LAST, c.group_id DESC
LIMIT $1
