-- Guarantees every group with its tail and the entries that its log really has.
SELECT g.team_id, g.schema_id, g.tail_seq, count(e.seq), coalesce(min(e.seq), 0), coalesce(max(e.seq), 0)
FROM orleans_batch.batch_group AS g
LEFT JOIN orleans_batch.log_entry AS e ON e.group_id = g.group_id
GROUP BY g.group_id
