-- Guarantees the group that the file belongs to; no row in a file that no batch was applied to.
SELECT team_id, schema_id FROM lake.orleans_batch.batch_group;
