-- Guarantees what the function says: the session that holds the group is ended. $1 team, $2 schema, $3 sink, $4 who, $5 why.
SELECT orleans_batch.evict(team_id => $1, schema_id => $2, sink => $3, who => $4, why => $5)
