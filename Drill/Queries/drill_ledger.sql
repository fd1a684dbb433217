-- Guarantees every row of the probe's ledger.
SELECT l.team_id, l.schema_id, l.seq, l.attempt, l.epoch, l.silo, l.started_at, l.finished_at, l.outcome
FROM orleans_batch.probe_ledger AS l
