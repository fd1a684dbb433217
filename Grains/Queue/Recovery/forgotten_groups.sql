-- Guarantees groups that are being forgotten. $1 the group to begin after, $2 the most of them.
SELECT f.group_id, f.team_id, f.schema_id FROM orleans_batch.forgetting AS f WHERE f.group_id > $1 ORDER BY f.group_id LIMIT $2
