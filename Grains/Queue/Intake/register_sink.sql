-- Guarantees that the sink exists and returns its id: one that is there keeps what it follows, a new one follows none. $1 name, $2 silo.
-- Two silos at once: add_sink lets one insert it.
SELECT coalesce(
  (SELECT s.sink_id FROM orleans_batch.sink AS s WHERE s.name = $1),
  orleans_batch.add_sink(name => $1, who => $2, why => 'A silo serves it.'))
