-- Guarantees the entry at the cursor, with its run as it is now, while this epoch is the current one. No row: the ownership is lost.
-- A row without an entry: nothing is waiting; of a sink that follows another one, nothing that the other has passed. Tells as well what an
-- operator wants at this boundary: a pause, or a request that is due. Reads only partitions from the day of the last passed entry on.
-- The limits, and the order that only its index has, keep each a look-up: joined, they are planned as whole reads while tables are empty.
-- $1 group, $2 sink, $3 epoch, $4 team, $5 schema. Reads rows that producers and operators may have locked; reading waits for nobody.
SELECT c.next_seq, c.applied_seq, c.attempt, c.losses, e.kind, e.created_at, e.run_id, e.batch_index,
  coalesce(e.origin_run_id, r.origin_run_id, e.run_id) AS origin_run_id, coalesce(e.origin_index, e.batch_index) AS origin_index,
  e.path, e.row_count, e.byte_size, e.is_final, e.metadata::text AS metadata, r.sync_type, r.primary_keys, r.on_failure,
  r.state AS run_state, o.state AS sink_run_state, x.kind AS exception_kind, x.why AS exception_why,
  x.by_operator AS exception_by_operator, coalesce(r.created_at < s.starts_at, false) AS began_before_sink,
  s.upstream_id IS NOT NULL AS has_upstream,
  CASE WHEN c.next_seq <= c.replay_to THEN greatest(c.replay_to, c.suspect_to) END AS replayed_to, c.replay_request,
  CASE WHEN s.state = 'disabled' THEN 'The sink is disabled.' ELSE (
    SELECT 'Paused by ' || p.who || coalesce(': ' || nullif(p.why, ''), '.') FROM orleans_batch.covering_pauses($4, $5, $2) AS p
    LIMIT 1) END AS pause,
  q.request_id, q.kind AS request_kind, q.tries AS request_tries, r.null_keys, r.lossy, r.cdc::text AS cdc
FROM orleans_batch.sink_cursor AS c
JOIN orleans_batch.sink AS s ON s.sink_id = c.sink_id
LEFT JOIN orleans_batch.sink_cursor AS u ON u.group_id = c.group_id AND u.sink_id = s.upstream_id
LEFT JOIN LATERAL (
  SELECT * FROM orleans_batch.log_entry AS l
  WHERE l.group_id = c.group_id AND l.created_at >= c.floor_at
    AND l.seq = CASE WHEN s.upstream_id IS NULL OR u.next_seq > c.next_seq THEN c.next_seq END
  LIMIT 1) AS e ON true
LEFT JOIN LATERAL (SELECT * FROM orleans_batch.run AS y WHERE y.run_id = e.run_id LIMIT 1) AS r ON true
LEFT JOIN LATERAL (
  SELECT y.state FROM orleans_batch.sink_run AS y WHERE y.run_id = e.run_id AND y.sink_id = c.sink_id LIMIT 1) AS o ON true
LEFT JOIN LATERAL (
  SELECT y.kind, y.why, y.by_operator FROM orleans_batch.batch_exception AS y
  WHERE y.group_id = c.group_id AND y.sink_id = c.sink_id AND y.seq = c.next_seq
  LIMIT 1) AS x ON true
LEFT JOIN LATERAL (
  SELECT y.request_id, y.kind, y.tries FROM orleans_batch.operator_request AS y
  WHERE y.group_id = c.group_id AND y.sink_id = c.sink_id AND y.done_at IS NULL
    AND (y.kind = 'replay' OR y.seq < c.next_seq OR (y.seq = c.next_seq AND e.seq IS NOT NULL))
  ORDER BY y.seq LIMIT 1) AS q ON true
WHERE c.group_id = $1 AND c.sink_id = $2 AND c.epoch = $3
