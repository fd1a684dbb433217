-- Guarantees the entry with which a replay begins that brings everything from the given one on; null when that is no longer retained.
-- A full_refresh is applied as a whole.
-- $1 team, $2 schema, $3 entry.
SELECT coalesce(min(f.seq), e.seq)
FROM orleans_batch.batch_group AS g
JOIN orleans_batch.log_entry AS e ON e.group_id = g.group_id AND e.seq = $3
LEFT JOIN orleans_batch.run AS r ON r.run_id = e.run_id AND r.sync_type = 'full_refresh'
LEFT JOIN orleans_batch.log_entry AS f ON f.group_id = g.group_id AND f.run_id = r.run_id AND f.kind = 'batch'
WHERE g.team_id = $1 AND g.schema_id = $2
GROUP BY e.seq
