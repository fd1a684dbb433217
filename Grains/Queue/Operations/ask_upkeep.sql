-- Guarantees what the function says: the upkeep is there for the group's owner.
SELECT orleans_batch.ask_upkeep(
  team_id => $1,
  schema_id => $2,
  sink => $3,
  task => $4,
  version => $5,
  who => $6,
  why => $7)
