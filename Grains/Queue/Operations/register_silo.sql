-- Guarantees that the silo is on record as serving these sinks and no others. $1 silo, $2 sinks. Whether it still runs is told by its
-- poller's connection; what silos that are gone have left behind goes with the next start after a day.
WITH gone AS (
  DELETE FROM orleans_batch.silo_sink AS v
  WHERE (v.silo = $1 AND v.sink_id <> ALL ($2))
    OR (v.silo <> $1 AND v.started_at < statement_timestamp() - interval '1 day'
        AND NOT EXISTS (SELECT FROM orleans_batch.serving_silo AS r WHERE r.silo = v.silo))
)
INSERT INTO orleans_batch.silo_sink (silo, sink_id)
SELECT $1, n.sink_id FROM unnest($2) AS n(sink_id)
ON CONFLICT ON CONSTRAINT silo_sink_pk DO UPDATE SET started_at = excluded.started_at
