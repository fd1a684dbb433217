-- Guarantees what the function says: the pause is there for every owner's next boundary.
-- team_id, schema_id, sink: null for all.
SELECT orleans_batch.pause(
  team_id => $1,
  schema_id => $2,
  sink => $3,
  who => $4,
  why => $5)
