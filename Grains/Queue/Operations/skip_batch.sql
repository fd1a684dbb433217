-- Guarantees what the function says: the requests are there for the owners.
-- sink: null for every active one that has not passed the batch.
SELECT orleans_batch.skip_batch(
  run_id => $1,
  batch_index => $2,
  sink => $3,
  who => $4,
  why => $5)
