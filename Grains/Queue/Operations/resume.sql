-- Guarantees what the function says: the pause is gone and what it alone covered is awake.
-- team_id, schema_id, sink: null where the pause has null.
SELECT orleans_batch.resume(
  team_id => $1,
  schema_id => $2,
  sink => $3,
  who => $4,
  why => $5)
