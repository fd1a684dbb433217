-- Guarantees every session of this database with each advisory lock it holds, and the owner that the lock's cursor names.
SELECT a.pid, a.application_name, coalesce(a.state, ''), l.classid::bigint, l.objid::bigint, h.sink_id IS NOT NULL, c.owner
FROM pg_catalog.pg_stat_activity AS a
LEFT JOIN pg_catalog.pg_locks AS l
  ON l.pid = a.pid AND l.locktype = 'advisory' AND l.granted AND l.database = a.datid AND l.objsubid = 2
LEFT JOIN LATERAL (SELECT s.sink_id FROM orleans_batch.sink AS s WHERE l.classid::bigint = 1329725440 + s.sink_id) AS h ON true
LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = l.objid::bigint AND c.sink_id = h.sink_id
WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.backend_type = 'client backend'
ORDER BY a.pid
