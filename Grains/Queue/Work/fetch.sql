-- Guarantees the entry at the cursor, with its run as it is now, while this epoch is the current one. No row: the ownership is lost.
-- A row without an entry: nothing is waiting. Reads only partitions from the day of the last passed entry on.
-- The limit keeps the entry a look-up: joined, it is planned as a read of whole partitions while those are empty.
-- $1 group, $2 sink, $3 epoch. Reads rows that producers may have locked; reading waits for nobody.
SELECT c.next_seq, c.applied_seq, c.attempt, c.losses, e.kind, e.created_at, e.run_id, e.batch_index,
  coalesce(e.origin_run_id, r.origin_run_id, e.run_id), coalesce(e.origin_index, e.batch_index), e.path, e.row_count, e.byte_size,
  e.is_final, e.metadata::text, r.sync_type, r.primary_keys, r.on_failure, r.state, o.state
FROM orleans_batch.sink_cursor AS c
LEFT JOIN LATERAL (
  SELECT * FROM orleans_batch.log_entry AS l
  WHERE l.group_id = c.group_id AND l.seq = c.next_seq AND l.created_at >= c.floor_at
  LIMIT 1) AS e ON true
LEFT JOIN orleans_batch.run AS r ON r.run_id = e.run_id
LEFT JOIN orleans_batch.sink_run AS o ON o.run_id = e.run_id AND o.sink_id = c.sink_id
WHERE c.group_id = $1 AND c.sink_id = $2 AND c.epoch = $3
