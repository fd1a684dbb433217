-- Guarantees that the file names its group, once: a file that names a group keeps it. $1 team, $2 schema.
INSERT INTO lake.orleans_batch.batch_group
  SELECT $1, $2 WHERE NOT EXISTS (FROM lake.orleans_batch.batch_group);
