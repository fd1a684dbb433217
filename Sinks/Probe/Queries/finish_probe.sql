-- Guarantees that the attempt's end and outcome are on record. Only the attempt itself writes its row.
-- $1 id, $2 outcome.
UPDATE orleans_batch.probe_ledger AS l SET finished_at = clock_timestamp(), outcome = $2 WHERE l.id = $1
