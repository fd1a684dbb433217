-- Guarantees what the function says: silos may work on the sink again.
SELECT orleans_batch.enable_sink(
  name => $1,
  who => $2,
  why => $3)
