-- Guarantees what the function says: no silo works on the sink any more.
SELECT orleans_batch.disable_sink(
  name => $1,
  who => $2,
  why => $3)
