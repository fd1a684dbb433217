-- Guarantees the backend that holds the lock of each group in each sink, with the silo that it belongs to.
CREATE OR REPLACE VIEW orleans_batch.lock_owner AS
SELECT g.team_id, g.schema_id, s.name AS sink, coalesce(c.owner, split_part(a.application_name, '@', 2)) AS silo,
  h.backend_pid, c.owned_at AS since, c.heartbeat_at, c.epoch, c.next_seq
FROM orleans_batch.held_lock AS h
JOIN orleans_batch.batch_group AS g ON g.group_id = h.group_id
JOIN orleans_batch.sink AS s ON s.sink_id = h.sink_id
LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = h.group_id AND c.sink_id = h.sink_id
LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = h.backend_pid;
