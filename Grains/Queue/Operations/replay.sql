-- Guarantees what the function says: the request is there for the group's owner.
SELECT orleans_batch.replay(
  team_id => $1,
  schema_id => $2,
  sink => $3,
  from_seq => $4,
  force => $5,
  who => $6,
  why => $7)
