-- Guarantees a row for each held advisory lock of a group.
-- A sink's namespace is 1329725440 ('OB' in its upper half) plus the sink's id.
CREATE OR REPLACE VIEW orleans_batch.held_lock AS
SELECT l.objid::bigint::int AS group_id, (l.classid::bigint - 1329725440)::smallint AS sink_id, l.pid AS backend_pid
FROM pg_catalog.pg_locks AS l
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
  AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database())
  AND l.classid::bigint BETWEEN 1329725441 AND 1329725440 + 32767;
