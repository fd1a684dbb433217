-- Guarantees a cursor of every group that has passed $1 entries.
INSERT INTO orleans_batch.sink_cursor (group_id, sink_id, next_seq, applied_seq, floor_at, epoch)
SELECT g.group_id, s.sink_id, $1::int + 1, $1::int, date_trunc('day', statement_timestamp()), 1
FROM orleans_batch.batch_group AS g CROSS JOIN orleans_batch.sink AS s
