-- Guarantees every group that has unfinished entries in a sink, or waits for somebody, the longest waiting first.
-- Disabled sinks are left out.
SELECT s.team_id, s.schema_id, coalesce(s.sink, 'none'), s.state, s.waiting, s.next_seq, s.attempt, s.owner, s.heartbeat_at, s.retry_at,
  s.last_error,
  (SELECT c.claimed_at FROM orleans_batch.sink_cursor AS c
   WHERE c.group_id = s.group_id AND c.sink_id = s.sink_id AND s.state = 'executing'),
  s.waiting_since
FROM orleans_batch.group_status AS s
WHERE s.state <> 'idle' AND NOT EXISTS (SELECT FROM orleans_batch.sink AS k WHERE k.sink_id = s.sink_id AND k.state = 'disabled')
ORDER BY s.oldest_waiting_at, s.team_id, s.schema_id, s.sink
