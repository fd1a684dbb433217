-- Guarantees that the sink probe follows duckdb from now on. Returns false when probe exists as a primary sink, which stays so.
-- Two demos at once: add_sink lets one insert the sink.
SELECT CASE WHEN EXISTS (SELECT FROM orleans_batch.sink AS s WHERE s.name = 'probe' AND s.upstream_id IS NULL) THEN false ELSE
  orleans_batch.add_sink(name => 'probe', upstream => 'duckdb', start_at => 'tail', who => 'demo', why => 'It shows a follower.') > 0
END
