-- Guarantees that each run knows its newest retry, also the runs that were retried before.
ALTER TABLE orleans_batch.run ADD COLUMN retried_as uuid;

CREATE INDEX run_by_retry ON orleans_batch.run (retried_as) WHERE retried_as IS NOT NULL;

UPDATE orleans_batch.run AS x SET retried_as = n.run_id
FROM (
  SELECT DISTINCT ON (y.group_id, y.origin_run_id) y.group_id, y.origin_run_id, y.run_id FROM orleans_batch.run AS y
  WHERE y.origin_run_id IS NOT NULL
  ORDER BY y.group_id, y.origin_run_id, y.created_at DESC
) AS n
WHERE x.run_id = n.origin_run_id AND x.group_id = n.group_id;

DROP FUNCTION orleans_batch.seal_run(uuid);

DROP FUNCTION orleans_batch.retry_run(uuid, boolean, uuid, text, text);
