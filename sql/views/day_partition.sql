-- Guarantees a row for every daily partition of the log and of the attempts, detached ones included.
CREATE OR REPLACE VIEW orleans_batch.day_partition AS
SELECT p.parent, c.relname::text AS name, to_date(right(c.relname, 8), 'YYYYMMDD') AS day,
  (to_date(right(c.relname, 8), 'YYYYMMDD') + 1)::timestamp AT TIME ZONE 'UTC' AS ends_at,
  CASE WHEN i.inhrelid IS NULL THEN 'detached' WHEN i.inhdetachpending THEN 'detaching' ELSE 'attached' END AS state,
  c.oid AS relation
FROM (VALUES ('log_entry'), ('batch_attempt')) AS p(parent)
JOIN pg_catalog.pg_class AS c
  ON c.relnamespace = 'orleans_batch'::regnamespace AND c.relkind = 'r' AND c.relname ~ ('^' || p.parent || '_[0-9]{8}$')
LEFT JOIN pg_catalog.pg_inherits AS i ON i.inhrelid = c.oid;
