-- Guarantees that a holder which is silent for longer than the lock lifetime loses its lock, and nobody else does: the test and the end
-- of the backend are one statement. Silent means that both its cursor's heartbeat and its backend's last sign are older: a fresh owner
-- between its lock and its first statement still shows the former owner's heartbeat. $1 the lock lifetime of this silo in seconds; an
-- owner that was settled with a longer one has that. The signs of another role's backends can't be read and are null: those are left alone.
-- Group and cursor are read from their newest version backwards, so that an old snapshot doesn't make this dear.
-- Two pollers at once: ending a backend that has ended does nothing.
SELECT g.team_id, g.schema_id, h.backend_pid, pg_terminate_backend(h.backend_pid)
FROM orleans_batch.held_lock AS h
JOIN pg_catalog.pg_stat_activity AS a ON a.pid = h.backend_pid AND a.datname = current_database()
CROSS JOIN LATERAL (
  SELECT x.team_id, x.schema_id FROM orleans_batch.batch_group AS x WHERE x.group_id >= h.group_id AND x.group_id <= h.group_id
  ORDER BY x.group_id DESC LIMIT 1
) AS g
LEFT JOIN LATERAL (
  SELECT x.heartbeat_at, x.lock_lifetime FROM orleans_batch.sink_cursor AS x
  WHERE x.group_id = h.group_id AND x.sink_id >= h.sink_id AND x.sink_id <= h.sink_id
  ORDER BY x.sink_id DESC LIMIT 1
) AS c ON true
WHERE a.application_name LIKE 'orleans-batch-group@%'
  AND coalesce(c.heartbeat_at, '-infinity') < clock_timestamp() - greatest(c.lock_lifetime, make_interval(secs => $1))
  AND greatest(a.query_start, a.state_change, a.backend_start) < clock_timestamp() - greatest(c.lock_lifetime, make_interval(secs => $1))
