-- Guarantees the history of attempts at every entry. A row may stand for several entries.
SELECT g.team_id, g.schema_id, n.seq, a.attempt, a.outcome, a.started_at, a.finished_at, a.silo, a.epoch
FROM orleans_batch.batch_attempt AS a
JOIN orleans_batch.batch_group AS g ON g.group_id = a.group_id
CROSS JOIN LATERAL generate_series(a.from_seq, a.to_seq) AS n(seq)
