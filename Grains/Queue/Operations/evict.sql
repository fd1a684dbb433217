-- Guarantees what the function says: the session that holds the group is ended.
SELECT orleans_batch.evict(
  team_id => $1,
  schema_id => $2,
  sink => $3,
  who => $4,
  why => $5)
