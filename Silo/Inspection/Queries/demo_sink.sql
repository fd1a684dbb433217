-- Guarantees that the sink duckdb exists to be followed. Two demos at once: add_sink lets one insert the sink.
SELECT coalesce(
  (SELECT s.sink_id FROM orleans_batch.sink AS s WHERE s.name = 'duckdb'),
  orleans_batch.add_sink(name => 'duckdb', who => 'demo', why => 'The demo serves it.'))
