-- Tells whose file this is; no row in a file that nothing was applied to.
SELECT team_id, schema_id FROM lake.orleans_batch.batch_group;
