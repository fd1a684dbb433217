-- Guarantees what the function says: a stopped group goes on with the next run.
SELECT orleans_batch.unblock(
  team_id => $1,
  schema_id => $2,
  sink => $3,
  who => $4,
  why => $5)
