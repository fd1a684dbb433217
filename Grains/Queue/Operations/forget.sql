-- Guarantees what the function says: the groups take nothing more, and owners and sweeps remove them.
SELECT orleans_batch.forget(
  team_id => $1,
  schema_id => $2,
  leave_sink => $3,
  who => $4,
  why => $5)
