-- Guarantees the group's position in every sink, from one snapshot. $1 team, $2 schema.
SELECT s.team_id, s.schema_id, coalesce(s.sink, ''), s.waiting, s.state, s.next_seq, s.epoch, s.owner, s.heartbeat_at, s.retry_at,
  s.last_error, s.oldest_waiting_at, s.waiting_since
FROM orleans_batch.group_status AS s
WHERE s.team_id = $1 AND s.schema_id = $2
ORDER BY s.sink
