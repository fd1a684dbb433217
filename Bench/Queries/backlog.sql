-- Guarantees how many entries wait.
SELECT coalesce(sum(g.tail_seq - coalesce(c.next_seq, 1) + 1), 0)::bigint
FROM orleans_batch.batch_group AS g LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = g.group_id
