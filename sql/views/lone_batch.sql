-- Guarantees a row while a silo runs a batch alone, or waits until its other batches have ended so that it can. There is at most one row.
-- The session that has the turn holds the group's lock as well.
CREATE OR REPLACE VIEW orleans_batch.lone_batch AS
SELECT o.team_id, o.schema_id, o.sink, o.silo, o.backend_pid, o.next_seq AS seq, c.losses,
  -- Null while the silo's other batches have not ended.
  CASE WHEN c.claimed_to >= c.next_seq THEN c.claimed_at END AS since,
  -- Groups that no other silo can take meanwhile. 10,000 stand for more.
  (
    SELECT count(*) FROM (
      SELECT DISTINCT w.sink_id, w.group_id FROM orleans_batch.wakeup AS w
      WHERE (w.group_id <> h.group_id OR w.sink_id <> h.sink_id)
        AND EXISTS (SELECT FROM orleans_batch.serving_silo AS v WHERE v.sink_id = w.sink_id AND v.silo = o.silo)
        AND NOT EXISTS (SELECT FROM orleans_batch.serving_silo AS v WHERE v.sink_id = w.sink_id AND v.silo <> o.silo)
      LIMIT 10000) AS d
  ) AS groups_waiting
FROM pg_catalog.pg_locks AS l
JOIN orleans_batch.held_lock AS h ON h.backend_pid = l.pid
JOIN orleans_batch.lock_owner AS o ON o.backend_pid = l.pid
LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = h.group_id AND c.sink_id = h.sink_id
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
  AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database())
  AND (l.classid::bigint, l.objid::bigint) = (1329725439, 5);
