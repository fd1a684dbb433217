-- Guarantees what the function says: the sink exists, with this upstream.
-- upstream: null for a sink that follows none. start_at: start or tail.
SELECT orleans_batch.add_sink(
  name => $1,
  upstream => $2,
  start_at => $3,
  who => $4,
  why => $5)
